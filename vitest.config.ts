import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const alias = { "@": fileURLToPath(new URL(".", import.meta.url)) };

// Projects: `unit` needs nothing; `integration` (*.db.test.ts) needs a real Postgres, which the
// global setup starts; `process` (*.process.test.ts) kills, freezes and restarts real processes of
// ours; `disk` (*.disk.test.ts) fills a file system it is given, and runs only when asked for. A
// limit of time only ends what hangs: a busy machine makes everything slower.
const rooms = "{app,components,db,lib,scripts,test}";
const database = {
  globalSetup: ["./test/support/postgres-global-setup.ts"],
  testTimeout: 240_000,
  hookTimeout: 240_000,
  env: { LOG_LEVEL: "silent" },
  // Hashing a password takes half a second on purpose.
  setupFiles: ["./test/support/cheap-passwords.ts"],
};

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          testTimeout: 60_000,
          include: [`${rooms}/**/*.test.ts`],
          exclude: ["**/*.{db,process,disk}.test.ts"],
          maxWorkers: 2,
        },
      },
      {
        resolve: { alias },
        test: { ...database, name: "integration", include: [`${rooms}/**/*.db.test.ts`], maxWorkers: 3 },
      },
      { resolve: { alias }, test: { name: "disk", include: ["test/process/*.disk.test.ts"] } },
      {
        resolve: { alias },
        test: {
          ...database,
          name: "process",
          globalSetup: [...database.globalSetup, "./test/process/build-global-setup.ts"],
          include: ["test/process/*.process.test.ts"],
          maxWorkers: 3,
          testTimeout: 600_000,
          maxConcurrency: 3,
        },
      },
    ],
  },
});
