import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const alias = { "@": fileURLToPath(new URL(".", import.meta.url)) };

// Three projects: `unit` needs nothing; `integration` (*.db.test.ts) needs a real Postgres, which the global setup starts; `process`
// (*.process.test.ts) kills, freezes and restarts real processes of ours; one file at a time, for rates are measured there; chaos runs its seeds beside each other. `disk` (*.disk.test.ts) fills a file system it is given, and runs only
// when asked for.
const rooms = "{app,components,db,lib,scripts,test}";
const database = {
  globalSetup: ["./test/postgres-global-setup.ts"],
  testTimeout: 60_000,
  hookTimeout: 60_000,
  env: { LOG_LEVEL: "silent" },
};

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: { name: "unit", include: [`${rooms}/**/*.test.ts`], exclude: ["**/*.{db,process,disk}.test.ts"] },
      },
      { resolve: { alias }, test: { ...database, name: "integration", include: [`${rooms}/**/*.db.test.ts`], maxWorkers: 3 } },
      { resolve: { alias }, test: { name: "disk", include: ["test/process/*.disk.test.ts"] } },
      {
        resolve: { alias },
        test: {
          ...database,
          name: "process",
          globalSetup: [...database.globalSetup, "./test/process/build-global-setup.ts"],
          include: ["test/process/*.process.test.ts"],
          maxWorkers: 1,
          testTimeout: 180_000,
          maxConcurrency: 4,
        },
      },
    ],
  },
});
