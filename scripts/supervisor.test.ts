import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

/** What a start in a folder with this `.env` says on its error output. */
function startWith(envFile: string, environment: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "carillon-env-file-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, ".env"), envFile);
  const { PATH } = process.env;
  const { stderr } = spawnSync(
    process.execPath,
    ["--import", import.meta.resolve("tsx"), join(import.meta.dirname, "supervisor.ts")],
    {
      cwd: folder,
      encoding: "utf8",
      env: {
        PATH,
        NODE_ENV: "production",
        TSX_TSCONFIG_PATH: join(import.meta.dirname, "..", "tsconfig.json"),
        ...environment,
      },
    },
  );
  return stderr;
}

test("A start reads the settings in .env, and the environment wins over the file", () => {
  // Without the file the start would be refused, too: nothing runs.
  const said = startWith("PORT=99999\nAUTH=nobody\n", { AUTH: "open", HOST: "0.0.0.0" });
  expect(said).toContain("The setting PORT is wrong");
  expect(said).not.toContain("The setting AUTH is wrong");
}, 60_000);
