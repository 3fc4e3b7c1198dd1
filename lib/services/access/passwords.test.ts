import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hashPassword, isOutdated, verifyPassword } from "./passwords";

/** A process of its own: the unit tests hash at the full cost. */
function run(code: string, environment: Record<string, string>) {
  return spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code], {
    cwd: join(import.meta.dirname, "../../.."),
    encoding: "utf8",
    env: { PATH: process.env.PATH, NODE_ENV: "production", ...environment },
  });
}

test("a password is hashed at OWASP's minimum for scrypt, or above, and known again", async () => {
  const hash = await hashPassword("a bell in the tower");
  const [, ln, r, p] = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$/.exec(hash)!.map(Number);
  expect([ln, r, p]).toEqual([17, 8, 1]);
  expect(isOutdated(hash)).toBe(false);
  expect(await verifyPassword({ hash, password: "a bell in the tower" })).toBe(true);
  expect(await verifyPassword({ hash, password: "a bell in the tower." })).toBe(false);
  expect(await hashPassword("a bell in the tower")).not.toBe(hash);
});

test("the cheap hashes of tests cannot be had in production, by no setting", () => {
  const code = `
    import { hashPassword, makeHashingCheap } from "./lib/services/access/passwords.ts";
    try { makeHashingCheap(); } catch (error) { console.log(error.message); }
    console.log(await hashPassword("x"));`;
  const { stdout } = run(code, { VITEST: "true", TEST: "1" });
  expect(stdout).toMatch(/^Passwords are hashed cheaply in tests only\.\n\$scrypt\$ln=17,r=8,p=1\$/);
}, 60_000);

test("what is no hash lets nobody in", async () => {
  await expect(verifyPassword({ hash: "plain", password: "plain" })).rejects.toThrow("cannot be read");
});
