import { spawn } from "node:child_process";
import { join } from "node:path";
import { findBrowser } from "./browser";
import { buildWhenStale } from "./build";

/**
 * `npm run test:e2e -- board.spec.ts`: browser tests alone, on a build of today's sources, in the
 * browser that `npm test` takes.
 */
const root = join(import.meta.dirname, "..");
const playwright = join(root, "node_modules", "@playwright", "test", "cli.js");

await buildWhenStale(console.log);
const BROWSER_PATH = (await findBrowser(console.log)) ?? "";
const child = spawn(process.execPath, [playwright, "test", ...process.argv.slice(2)], {
  cwd: root,
  env: { ...process.env, BROWSER_PATH },
  stdio: "inherit",
});
child.once("exit", (code) => {
  process.exitCode = code ?? 1;
});
