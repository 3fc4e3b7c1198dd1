import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBrowser } from "./browser";
import { buildStandalone } from "./build";
import { applyPatches } from "./patches";

/**
 * `npm test`: everything that must hold, the same here and in CI. Ends with one line, `N passed, N
 * failed`.
 */
const root = join(import.meta.dirname, "..");
const bin = (...path: string[]) => join(root, "node_modules", ...path);
const reports = await mkdtemp(join(tmpdir(), "carillon-reports-"));
const environment: NodeJS.ProcessEnv = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" };
const startedAt = Date.now();
const say = (line: string) =>
  console.log(`\n▸ ${String(Math.round((Date.now() - startedAt) / 1000)).padStart(4)} s  ${line}`);
const AUDIT_MS_MAX = 30_000;
let passed = 0;
let failed = 0;
/** What failed and why, told once more at the end: of a long log often only the end is kept. */
const failures: string[] = [];

function run(script: string, args: string[]): Promise<boolean> {
  return new Promise((done) => {
    spawn(process.execPath, [script, ...args], { cwd: root, env: environment, stdio: "inherit" }).once(
      "close",
      (code) => done(code === 0),
    );
  });
}

/** As `run`, beside others: what it says comes at its end, and is returned. */
function runHeld(script: string, args: string[]): Promise<{ ok: boolean; said: string }> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: root,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (data: Buffer) => chunks.push(data));
    child.stderr.on("data", (data: Buffer) => chunks.push(data));
    child.once("close", (code) => {
      const said = Buffer.concat(chunks).toString();
      process.stdout.write(said);
      done({ ok: code === 0, said });
    });
  });
}

/** A step that is one check. */
async function check(name: string, script: string, args: string[]): Promise<void> {
  say(name);
  if (await run(script, args)) {
    passed++;
    return;
  }
  failed++;
  failures.push(name);
}

/**
 * The tests of processes and of the browser start the product, which would build it, and what the
 * image holds.
 */
async function build(): Promise<void> {
  say("Build");
  try {
    await buildStandalone();
    passed++;
  } catch (error) {
    failed++;
    failures.push(`build: ${(error as Error).message}`);
  }
}

/**
 * The figures of one suite, which is a failure itself when it ended badly with no test to blame.
 */
function count(name: string, ok: boolean, good: number, bad: string[]): void {
  passed += good;
  if (!ok && bad.length === 0) bad.push("ended before its tests had");
  failed += bad.length;
  failures.push(...bad.map((failure) => `${name}: ${failure}`));
}

/** Asks the registry for advisories against what is shipped. @returns its answer */
async function askForAdvisories(): Promise<string> {
  const args = [process.env.npm_execpath ?? "npm", "audit", "--omit=dev", "--json"];
  const child = spawn(args[0]!.endsWith(".js") ? process.execPath : args.shift()!, args, {
    cwd: root,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const timer = setTimeout(() => child.kill(), AUDIT_MS_MAX);
  let text = "";
  child.stdout.on("data", (data: Buffer) => {
    text += data.toString();
  });
  await new Promise((done) => child.once("close", done).once("error", done));
  clearTimeout(timer);
  return text;
}

/** Where the registry cannot be asked, that is said and nothing is judged. */
async function audit(answer: Promise<string>): Promise<void> {
  say("Advisories (npm audit)");
  const found = readAudit(await answer);
  if (!found) return console.log("The registry told nothing.");
  console.log(`${found.high + found.critical} of high or critical severity`);
  if (found.high + found.critical === 0) passed++;
  else {
    failed++;
    failures.push("advisories: npm audit --omit=dev");
  }
}

function readAudit(text: string): { high: number; critical: number } | undefined {
  try {
    return (JSON.parse(text) as { metadata?: { vulnerabilities?: { high: number; critical: number } } })
      .metadata?.vulnerabilities;
  } catch {
    return undefined;
  }
}

async function vitest(project: string): Promise<void> {
  say(`Tests: ${project}, whose output comes when they are over`);
  const report = join(reports, `${project}.json`);
  const { ok, said } = await runHeld(bin("vitest", "vitest.mjs"), [
    ...["run", "--project", project],
    ...["--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
  ]);
  say(`Tests: ${project} are over`);
  const told = await readReport<VitestReport>(report);
  const bad = (told?.testResults ?? []).flatMap(failuresOf);
  const outside = said.indexOf(" Unhandled Errors ");
  if (outside >= 0) bad.push(`an error that no test caught\n${said.slice(outside, outside + 4_000)}`);
  count(project, ok, told?.numPassedTests ?? 0, bad);
}

/** The failed tests of a file, or what failed around them: a hook, or the reading of the file. */
function failuresOf(file: VitestReport["testResults"][number]): string[] {
  const tests = file.assertionResults.filter((test) => test.status === "failed");
  if (file.status === "failed" && tests.length === 0) return [`${file.name}\n${file.message}`];
  return tests.map((test) => `${test.fullName}\n${test.failureMessages.join("\n")}`);
}

async function playwright(browser: Promise<string | undefined>): Promise<void> {
  say("Tests: browser");
  const report = join(reports, "browser.json");
  environment.BROWSER_PATH = (await browser) ?? "";
  environment.PLAYWRIGHT_JSON_OUTPUT_NAME = report;
  const ok = await run(bin("@playwright", "test", "cli.js"), ["test", "--reporter=list,json"]);
  const told = await readReport<PlaywrightReport>(report);
  const specs = (told?.suites ?? []).flatMap(specsOf);
  const bad = specs.filter((spec) => !spec.ok).map((spec) => `${spec.file}: ${spec.title}`);
  count("browser", ok, (told?.stats.expected ?? 0) + (told?.stats.flaky ?? 0), bad);
}

type VitestReport = {
  numPassedTests: number;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
  }[];
};
type Suite = { specs?: { ok: boolean; file: string; title: string }[]; suites?: Suite[] };
type PlaywrightReport = { stats: { expected: number; flaky: number }; suites: Suite[] };
const specsOf = (suite: Suite): NonNullable<Suite["specs"]> => [
  ...(suite.specs ?? []),
  ...(suite.suites ?? []).flatMap(specsOf),
];

async function readReport<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as T;
  } catch {
    return undefined;
  }
}

try {
  await applyPatches();
  // The network is asked beside what the processor does.
  const browser = findBrowser(say);
  browser.catch(() => {});
  const advisories = askForAdvisories();
  await check("Lint and format (biome)", bin("@biomejs", "biome", "bin", "biome"), ["ci", "."]);
  // The types of routes and of `.css` imports come from Next.
  await run(bin("next", "dist", "bin", "next"), ["typegen"]);
  await audit(advisories);
  const built = (async () => {
    // What else runs has the other processor.
    await check("Types (tsc)", bin("typescript", "bin", "tsc"), ["--noEmit", "--singleThreaded"]);
    // It writes types of its own.
    await build();
  })();
  // Integration and processes wait part of the time, for slots, leases and intervals: what compiles
  // and draws goes on beside them. All three at once would only take turns.
  await Promise.all([
    built.then(() => playwright(browser)),
    vitest("unit")
      .then(() => vitest("integration"))
      .then(() => built)
      .then(() => vitest("process")),
  ]);
} finally {
  await rm(reports, { recursive: true, force: true });
}
say("Done");
for (const failure of failures) console.log(`✗ ${failure}\n`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
