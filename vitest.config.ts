import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

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

/** Those first that take longest: one that waits two minutes would else wait alone at the end. */
const LONGEST = [
  /process\/(gateway|attacks|restart)\./,
  /guarantees\/(every-crash|verbs-at-moments|rate|stop|hours|model)\./,
  /engine\/conformance-(events|restart)\./,
];
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => (LONGEST.some((name) => name.test(moduleId)) ? 0 : 1);
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          testTimeout: 60_000,
          include: [`${rooms}/**/*.test.ts`],
          exclude: ["**/*.{db,process,disk}.test.ts"],
          maxWorkers: 2,
          // Half of what they cost would else be the reading of the same modules for each file.
          isolate: false,
        },
      },
      {
        resolve: { alias },
        test: {
          ...database,
          name: "integration",
          include: [`${rooms}/**/*.db.test.ts`],
          maxWorkers: 4,
          // As for unit: it takes a third of the time away.
          isolate: false,
        },
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
