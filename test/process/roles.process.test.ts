import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { buildStandalone } from "@/scripts/build";
import { freePort } from "@/scripts/processes";
import { cloneDatabase } from "@/test/support/database";

/**
 * The roles of the image, as a container runs them: from the folder that the image holds, taken
 * elsewhere, where no package is above it; with nothing but their settings in the environment, and
 * nobody above them.
 */
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "carillon-image-"));
  await cp(await buildStandalone(), folder, { recursive: true, verbatimSymlinks: true });
}, 600_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Role {
  child: ChildProcess;
  out: () => string;
  err: () => string;
  ended: Promise<[code: number | null, signal: string | null]>;
}

function start(args: string[], settings: Record<string, string> = {}): Role {
  const child = spawn(process.execPath, [join(folder, "dist", "carillon.mjs"), ...args], {
    cwd: "/",
    env: { NODE_ENV: "production", PATH: process.env.PATH, ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const said = { out: "", err: "" };
  child.stdout.on("data", (data: Buffer) => {
    said.out += data.toString();
  });
  child.stderr.on("data", (data: Buffer) => {
    said.err += data.toString();
  });
  return { child, out: () => said.out, err: () => said.err, ended: once(child, "close") as Role["ended"] };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(20);
}

/** Every line a role writes is one JSON object. */
const lines = ({ out }: Role) =>
  out()
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { msg: string; level: number });

async function filesOf(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.sort().map(async (file) => `${file} ${(await stat(file)).mtimeMs}`));
}

/** A database without a table, on the server of the tests. */
async function emptyDatabase(): Promise<string> {
  const { url, drop } = await cloneDatabase();
  onTestFinished(drop);
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  await sql.unsafe("drop schema if exists drizzle cascade; drop schema public cascade; create schema public");
  await sql.end();
  return url;
}

describe("carillon migrate", () => {
  test("brings an empty database up to date, does nothing the second time, and any number may run at once", async () => {
    const DATABASE_URL = await emptyDatabase();
    const runs = [1, 2, 3].map(() => start(["migrate"], { DATABASE_URL }));
    for (const run of runs) expect(await run.ended, run.out()).toEqual([0, null]);
    const again = start(["migrate"], { DATABASE_URL });
    expect(await again.ended).toEqual([0, null]);
    expect(lines(again).map(({ msg }) => msg)).toEqual(["the database is up to date"]);
    const sql = postgres(DATABASE_URL, { max: 1 });
    onTestFinished(() => sql.end());
    expect(await sql`select count(*)::int as n from operators`).toMatchObject([{ n: 0 }]);
  });

  test("waits for a database that is not there yet; a stop meanwhile ends it, and not as done", async () => {
    const role = start(["migrate"], {
      DATABASE_URL: `postgres://nobody@127.0.0.1:${await freePort()}/nothing`,
    });
    await until(() => lines(role).length >= 2);
    role.child.kill("SIGTERM");
    // By its own answer to the signal, not by the kernel's: process 1 would get none of the latter.
    expect(await role.ended).toEqual([143, null]);
    expect(new Set(lines(role).map(({ level }) => level))).toEqual(new Set([40]));
  });

  test("a wrong password is not waited for", async () => {
    const wrong = new URL(await emptyDatabase());
    wrong.password = "wrong";
    const role = start(["migrate"], { DATABASE_URL: wrong.href });
    expect(await role.ended).toEqual([1, null]);
    expect(lines(role)).toMatchObject([{ level: 60, err: { message: expect.stringContaining("password") } }]);
  });
});

test("carillon sign-in-link prints the first administrator's link, each time another", async () => {
  const { url, drop } = await cloneDatabase();
  onTestFinished(drop);
  const links: string[] = [];
  for (let i = 0; i < 2; i++) {
    const role = start(["sign-in-link"], { DATABASE_URL: url, PUBLIC_URL: "https://carillon.example.com" });
    expect(await role.ended, role.err()).toEqual([0, null]);
    expect(role.out()).toMatch(/^https:\/\/carillon\.example\.com\/setup#token=\S{40,}\n$/);
    links.push(role.out());
  }
  expect(links[0]).not.toBe(links[1]);
  const unknown = start(["sign-in-link", "nobody@example.com"], { DATABASE_URL: url });
  expect(await unknown.ended).toEqual([1, null]);
  expect(unknown.err()).toBe("There is no user nobody@example.com.\n");
});

test("carillon worker is well while the engine is away, says so to carillon health, logs JSON lines, and SIGTERM ends it as done", async () => {
  const { url, drop } = await cloneDatabase();
  onTestFinished(drop);
  const port = String(await freePort());
  const settings = { WORKER_HOST: "0.0.0.0", WORKER_PORT: port, PORT: String(await freePort()) };
  const health = async (...args: string[]) => {
    const role = start(["health", ...args], settings);
    return { code: (await role.ended)[0], said: role.err() };
  };
  expect(await health()).toEqual({ code: 1, said: "web: ECONNREFUSED, worker: ECONNREFUSED\n" });

  const worker = start(["worker"], {
    ...settings,
    DATABASE_URL: url,
    INNGEST_BASE_URL: `http://127.0.0.1:${await freePort()}`,
    INNGEST_DEV: "0",
    INNGEST_EVENT_KEY: "key",
    INNGEST_SIGNING_KEY: `signkey-prod-${"0".repeat(64)}`,
  });
  await until(() => worker.out().includes("the engine refused the functions"));
  expect(await health("worker")).toEqual({ code: 0, said: "" });
  expect(await health()).toEqual({ code: 0, said: "" });
  expect(await health("web")).toEqual({ code: 1, said: "web: ECONNREFUSED\n" });

  worker.child.kill("SIGTERM");
  expect(await worker.ended).toEqual([0, null]);
  expect(worker.err()).toBe("");
  expect(lines(worker).map(({ msg }) => msg)).toContain("stopping: what is in flight is waited for");
});

test("carillon web serves the pages with nothing but its folder, writes nothing into it, logs JSON lines, and SIGTERM ends it as done", async () => {
  const { url, drop } = await cloneDatabase();
  onTestFinished(drop);
  const PORT = String(await freePort());
  const settings = { DATABASE_URL: url, PORT, AUTH: "required", LOG_LEVEL: "debug" };
  const secretless = start(["web"], settings);
  expect(await secretless.ended).toEqual([1, null]);
  expect(lines(secretless)).toMatchObject([
    { level: 60, err: { message: expect.stringContaining("AUTH_SECRET") } },
  ]);

  const before = await filesOf(folder);
  const web = start(["web"], { ...settings, AUTH_SECRET: "a secret of thirty-two characters" });
  await until(() => web.out().includes("web is ready") || web.child.exitCode !== null);
  const at = (path: string) => fetch(`http://127.0.0.1:${PORT}${path}`, { redirect: "manual" });
  expect((await at("/")).headers.get("location")).toMatch(/\/sign-in\?next=%2F$/);
  const page = await (await at("/sign-in")).text();
  expect(page).toContain('type="password"');
  const files = [...new Set(page.match(/\/_next\/static\/[\w./~-]+\.(?:css|js)/g))];
  expect(files.length).toBeGreaterThan(2);
  for (const file of files) expect((await at(file)).status, file).toBe(200);
  for (const path of ["/readyz", "/status", "/docs", "/openapi.json"])
    expect((await at(path)).status, path).toBe(200);
  expect((await at("/nowhere")).status).toBe(404);
  expect((await at("/api/v1/dispatches/")).status).toBe(401);
  expect((await start(["health", "web"], { PORT }).ended)[0]).toBe(0);

  web.child.kill("SIGTERM");
  expect(await web.ended).toEqual([0, null]);
  expect(web.err()).toBe("");
  expect(lines(web).filter(({ level }) => level > 30)).toEqual([]);
  expect(await filesOf(folder)).toEqual(before);
});
