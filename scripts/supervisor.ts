import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { migrateDatabase } from "@/db/migrate";
import { publicUrl, readSettings, type Settings } from "@/lib/env";
import { VERSION } from "@/lib/version";
import { buildWhenStale, programOf } from "./build";
import { checkDatabase } from "./database";
import { seedDemoData } from "./demo-data";
import { takeLock } from "./lock";
import { startPostgres } from "./postgres";
import { freePort, spawnOwn } from "./processes";
import { openToProduct } from "./product-role";
import { environmentFor } from "./secrets";
import { linkForFirstAdministrator } from "./sign-in-link";

/**
 * Brings up Postgres, the worker and the web server, and keeps them up; one that dies is started
 * again. SIGTERM and Ctrl-C stop them in the order that loses nothing: web and worker drain, then
 * the database stops. Settings come from the environment and from `.env` in the current folder; the
 * environment wins.
 *
 * One start a data folder: the lock is a socket, which the kernel frees however its process ends.
 * An embedded Postgres that outlived a `kill -9` is adopted. As root, Postgres runs as a user
 * without rights (`postgres.ts`). Each process gets only the secrets that it needs (`secrets.ts`):
 * web has neither the gateway's token nor the engine's signing key, the worker neither the secret
 * of sessions nor that of receipts. A container has no supervisor (`carillon.ts`).
 */
const DRAIN_MS_MAX = 45_000;
const RESTART_MS_MIN = 500;
const RESTART_MS_MAX = 30_000;
const SECOND_SIGNAL_MS_MIN = 1_000;

const isDev = process.argv.includes("--dev");
const startedAt = Date.now();
const say = (line: string) =>
  console.log(`${String(Math.round((Date.now() - startedAt) / 1000)).padStart(3)} s  ${line}`);
const children = new Map<string, ChildProcess>();
const stopping = new AbortController();
let stoppedAt = 0;
let stopDatabase: () => Promise<void> = async () => {};
let releaseDirectory: () => Promise<void> = async () => {};

process.on("SIGINT", () => void stop(0));
process.on("SIGTERM", () => void stop(0));
process.on("SIGHUP", () => void stop(0));

try {
  await start();
} catch (error) {
  if (!stopping.signal.aborted) console.error(`\n${(error as Error).message}\n`);
  await stop(1);
}

async function start(): Promise<void> {
  if (existsSync(".env")) process.loadEnvFile();
  const settings = readSettings(process.env);
  const directory = resolve(settings.DATA_DIR);
  await mkdir(directory, { recursive: true });
  await takeDirectory(directory);
  await refuseTakenPort(settings.HOST, settings.PORT);

  const [databaseUrl] = await Promise.all([
    prepareDatabase(settings, directory),
    isDev ? undefined : buildWhenStale(say, stopping.signal),
  ]);
  if (stopping.signal.aborted) return;

  const environment = {
    ...process.env,
    ...(await engineSettings(directory, Boolean(settings.INNGEST_BASE_URL || settings.INNGEST_DEV))),
    ...(settings.AUTH === "required" && {
      AUTH_SECRET: settings.AUTH_SECRET ?? (await keptSecret(directory)),
    }),
    DATABASE_URL: databaseUrl,
    NODE_ENV: isDev ? ("development" as const) : ("production" as const),
    NEXT_TELEMETRY_DISABLED: "1",
    // Next would read .env again in the web process alone, and replace each `$` in its values.
    __NEXT_PROCESSED_ENV: "true",
  };
  say("Starting the worker and the web server …");
  const watch = isDev ? ["--watch-path=lib", "--watch-path=db", "--watch-preserve-output"] : [];
  const program = (name: "worker" | "web") =>
    isDev ? ["--import", "tsx", join(import.meta.dirname, `${name}.ts`), "--dev"] : [programOf(name)];
  await Promise.all([
    keepRunning(
      "worker",
      [...watch, ...program("worker")],
      environmentFor("worker", environment, settings),
      isDev,
    ),
    keepRunning("web", program("web"), environmentFor("web", environment, settings)),
  ]);
  const address = publicUrl(settings);
  if (settings.AUTH === "required") {
    const link = await linkForFirstAdministrator(databaseUrl);
    if (link) say(`The first administrator comes in here, once, within 24 hours: ${address}${link}`);
  }
  say(`Carillon ${VERSION} is ready: ${address}`);
}

/**
 * Brings up the database, migrated, with demo data when that is wanted and it is empty. @returns
 * its address for the product
 */
async function prepareDatabase(settings: Settings, directory: string): Promise<string> {
  let { DATABASE_URL: url, MIGRATION_DATABASE_URL: ownerUrl = url } = settings;
  let open = async () => url!;
  if (!url) {
    say("Starting the database …");
    const started = startPostgres({ directory: join(directory, "postgres"), say });
    // A stop waits for a start that is under way: the server is a process of its own and would
    // outlive us.
    stopDatabase = () => started.then((server) => server.stop());
    const server = await started;
    ownerUrl = server.url;
    open = () => openToProduct(server);
    say(server.adopted ? "The database was still running and was taken over." : "The database runs.");
  }
  await checkDatabase(ownerUrl!);
  await migrateDatabase(ownerUrl!, { say });
  url = await open();
  if (settings.DEMO_DATA === "on" && (await seedDemoData(url)))
    say("The database was empty: 20,000 demo recipients are in it now.");
  return url;
}

/** One start a folder: two would share one database and one engine. */
async function takeDirectory(directory: string): Promise<void> {
  const release = await takeLock(join(directory, "supervisor.lock"));
  if (!release)
    throw new Error(
      `Carillon already runs on ${directory}. For a second one set PORT and DATA_DIR to others.`,
    );
  releaseDirectory = release;
}

async function refuseTakenPort(host: string, port: number): Promise<void> {
  await new Promise<void>((done, fail) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => {
      fail(
        new Error(
          error.code === "EADDRINUSE"
            ? `Port ${port} on ${host} is taken. Set PORT to a free one.`
            : `Cannot listen on ${host}:${port}: ${error.message}`,
        ),
      );
    });
    probe.listen(port, host, () => probe.close(() => done()));
  });
}

/** What signs the cookies of sessions, made at the first start. */
async function keptSecret(directory: string): Promise<string> {
  const file = join(directory, "auth-secret");
  if (!existsSync(file)) await writeFile(file, randomBytes(32).toString("hex"), { mode: 0o600 });
  return (await readFile(file, "utf8")).trim();
}

/**
 * The embedded engine's address and keys, made at the first start. Nothing, when a real Inngest
 * server is named.
 */
async function engineSettings(directory: string, isReal: boolean): Promise<Record<string, string>> {
  if (isReal) return {};
  const file = join(directory, "engine-keys.json");
  if (!existsSync(file)) {
    const keys = {
      eventKey: randomBytes(24).toString("hex"),
      signingKey: `signkey-carillon-${randomBytes(32).toString("hex")}`,
    };
    await writeFile(file, JSON.stringify(keys), { mode: 0o600 });
  }
  const { eventKey, signingKey } = JSON.parse(await readFile(file, "utf8"));
  const port = await freePort();
  return {
    EMBEDDED_ENGINE_PORT: String(port),
    INNGEST_BASE_URL: `http://127.0.0.1:${port}`,
    INNGEST_EVENT_KEY: eventKey,
    INNGEST_SIGNING_KEY: signingKey,
    INNGEST_DEV: "0",
  };
}

/**
 * Starts a process and starts it again whenever it dies. Resolves when it has said that it is
 * ready. `silent`: it cannot say (a watcher is between).
 */
function keepRunning(
  name: string,
  args: string[],
  environment: NodeJS.ProcessEnv,
  silent = false,
): Promise<void> {
  return new Promise((ready) => {
    let pauseMs = RESTART_MS_MIN;
    const launch = () => {
      if (stopping.signal.aborted) return;
      const launchedAt = Date.now();
      const child = spawnOwn(args, environment);
      children.set(name, child);
      if (silent) ready();
      child.on("message", (message) => {
        if (message === "ready") ready();
      });
      child.on("exit", (code, signal) => {
        children.delete(name);
        if (stopping.signal.aborted) return;
        if (Date.now() - launchedAt > RESTART_MS_MAX) pauseMs = RESTART_MS_MIN;
        say(`The ${name} process ended (${signal ?? code}) and is started again.`);
        setTimeout(launch, pauseMs);
        pauseMs = Math.min(pauseMs * 2, RESTART_MS_MAX);
      });
    };
    launch();
  });
}

async function stop(code: number): Promise<void> {
  if (stopping.signal.aborted) {
    // One stop can come as two signals: to us from npm, which passes its own on, and to our whole
    // process group.
    if (Date.now() - stoppedAt < SECOND_SIGNAL_MS_MIN) return;
    // A second Ctrl-C ends what is still draining; the leases say what is unknown.
    for (const child of children.values()) child.kill("SIGKILL");
    return;
  }
  stoppedAt = Date.now();
  stopping.abort();
  if (children.size > 0) say("Stopping: what is in flight is waited for …");
  const ends = [...children.values()].map((child) => {
    const end = new Promise((done) => child.once("exit", done));
    child.kill("SIGTERM");
    return end;
  });
  const timer = setTimeout(() => {
    for (const child of children.values()) child.kill("SIGKILL");
  }, DRAIN_MS_MAX);
  await Promise.all(ends);
  clearTimeout(timer);
  // What the start was about may have failed because of the stop; why no longer matters.
  await stopDatabase().catch((error) => code !== 0 && console.error((error as Error).message));
  await releaseDirectory();
  if (code === 0) say("Stopped.");
  process.exit(code);
}
