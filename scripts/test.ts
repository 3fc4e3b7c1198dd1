import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBrowser } from "./browser";

/** `npm test`: everything that must hold, the same here and in CI. Ends with one line, `N passed, N failed`. */
const root = join(import.meta.dirname, "..");
const bin = (...path: string[]) => join(root, "node_modules", ...path);
const reports = await mkdtemp(join(tmpdir(), "carillon-reports-"));
const environment: NodeJS.ProcessEnv = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" };
const startedAt = Date.now();
const say = (line: string) => console.log(`\n▸ ${String(Math.round((Date.now() - startedAt) / 1000)).padStart(4)} s  ${line}`);
let passed = 0;
let failed = 0;

function run(script: string, args: string[]): Promise<boolean> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [script, ...args], { cwd: root, env: environment, stdio: "inherit" });
    child.once("exit", (code) => done(code === 0));
  });
}

/** A step that is one check. */
async function check(name: string, script: string, args: string[]): Promise<void> {
  say(name);
  if (await run(script, args)) passed++;
  else failed++;
}

async function vitest(project: string): Promise<void> {
  say(`Tests: ${project}`);
  const report = join(reports, `${project}.json`);
  const ok = await run(bin("vitest", "vitest.mjs"), [
    "run",
    "--project",
    project,
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ]);
  const counts = await readReport<{ numPassedTests: number; numFailedTests: number }>(report);
  passed += counts?.numPassedTests ?? 0;
  failed += Math.max(counts?.numFailedTests ?? 0, ok ? 0 : 1);
}

async function playwright(): Promise<void> {
  say("Tests: browser");
  const report = join(reports, "browser.json");
  environment.BROWSER_PATH = (await findBrowser(say)) ?? "";
  environment.PLAYWRIGHT_JSON_OUTPUT_NAME = report;
  const ok = await run(bin("@playwright", "test", "cli.js"), ["test", "--reporter=list,json"]);
  const counts = await readReport<{ stats: { expected: number; unexpected: number; flaky: number } }>(report);
  passed += (counts?.stats.expected ?? 0) + (counts?.stats.flaky ?? 0);
  failed += Math.max(counts?.stats.unexpected ?? 0, ok ? 0 : 1);
}

async function readReport<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as T;
  } catch {
    return undefined;
  }
}

try {
  await check("Lint and format (biome)", bin("@biomejs", "biome", "bin", "biome"), ["ci", "."]);
  // The types of routes and of `.css` imports come from Next.
  await run(bin("next", "dist", "bin", "next"), ["typegen"]);
  await check("Types (tsc)", bin("typescript", "bin", "tsc"), ["--noEmit"]);
  await vitest("unit");
  await vitest("integration");
  await vitest("process");
  // The browser tests start the product as `npm start` does; that builds it.
  await playwright();
} finally {
  await rm(reports, { recursive: true, force: true });
}
say("Done");
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
