import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { applyPatches } from "./patches";

const root = join(import.meta.dirname, "..");
const patched = "node_modules/postgres/src/connection.js";

/** A folder with the driver as the registry has it, and our patches beside it. */
async function unpatchedCopy(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "carillon-patches-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, "package.json"), "{}");
  await cp(join(root, "patches"), join(folder, "patches"), { recursive: true });
  await cp(join(root, "node_modules/postgres"), join(folder, "node_modules/postgres"), { recursive: true });
  await promisify(execFile)(process.execPath, [join(root, "node_modules/patch-package/index.js"), "--reverse"], { cwd: folder });
  return folder;
}

test("the driver is patched where no install script ran, and stays so", async () => {
  const folder = await unpatchedCopy();
  const ours = await readFile(join(root, patched), "utf8");
  expect(await readFile(join(folder, patched), "utf8")).not.toBe(ours);
  await applyPatches(folder);
  expect(await readFile(join(folder, patched), "utf8")).toBe(ours);
  await applyPatches(folder);
  expect(await readFile(join(folder, patched), "utf8")).toBe(ours);
});

test("a patch that does not fit what is installed is an error that says what to do", async () => {
  const folder = await unpatchedCopy();
  await writeFile(join(folder, patched), "another version");
  await expect(applyPatches(folder)).rejects.toThrow(/npm ci/);
});
