import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
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
  await writeFile(join(folder, "package.json"), '{"type":"module"}');
  await cp(join(root, "patches"), join(folder, "patches"), { recursive: true });
  await cp(join(root, "node_modules/postgres"), join(folder, "node_modules/postgres"), { recursive: true });
  await promisify(execFile)(
    process.execPath,
    [join(root, "node_modules/patch-package/index.js"), "--reverse"],
    { cwd: folder },
  );
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

test("a build of what was installed without scripts has the patched driver in it, and a stamp that knows the patches", async () => {
  const folder = await unpatchedCopy();
  for (const name of ["build.ts", "lock.ts", "patches.ts"])
    await cp(join(root, "scripts", name), join(folder, "scripts", name));
  for (const name of ["esbuild", "patch-package"])
    await symlink(join(root, "node_modules", name), join(folder, "node_modules", name));
  for (const name of ["worker", "web", "carillon", "migrate", "sign-in-link", "health"])
    await writeFile(
      join(folder, "scripts", `${name}.ts`),
      `import postgres from "postgres";\nconsole.log(postgres);\n`,
    );
  await mkdir(join(folder, "db/migrations"), { recursive: true });
  const build = async () => {
    const code = `import { buildProcessesWhenStale } from ${JSON.stringify(join(folder, "scripts/build.ts"))}; await buildProcessesWhenStale();`;
    await promisify(execFile)(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code], {
      cwd: root,
    });
    return readFile(join(folder, "dist/carillon-sources"), "utf8");
  };
  const stamp = await build();
  expect(await readFile(join(folder, patched), "utf8")).toBe(await readFile(join(root, patched), "utf8"));
  // A function that the patch adds.
  expect(await readFile(join(folder, "dist/worker.mjs"), "utf8")).toContain("function forgetWrite()");
  await writeFile(join(folder, "patches/another.txt"), "");
  expect(await build()).not.toBe(stamp);
});

test("a patch that does not fit what is installed is an error that says what to do", async () => {
  const folder = await unpatchedCopy();
  await writeFile(join(folder, patched), "another version");
  await expect(applyPatches(folder)).rejects.toThrow(/npm ci/);
});
