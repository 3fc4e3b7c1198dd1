import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const alias = { "@": fileURLToPath(new URL(".", import.meta.url)) };

// Two projects: `unit` needs nothing; `integration` (files named *.db.test.ts) needs a real Postgres, which its global setup starts.
export default defineConfig({
  test: {
    projects: [
      { resolve: { alias }, test: { name: "unit", include: ["{app,components,db,lib,scripts,test}/**/*.test.ts"], exclude: ["**/*.db.test.ts"] } },
      {
        resolve: { alias },
        test: {
          name: "integration",
          include: ["{app,db,lib,scripts,test}/**/*.db.test.ts"],
          globalSetup: ["./test/postgres-global-setup.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
