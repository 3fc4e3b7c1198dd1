import { chmod, mkdtemp, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import type { TestProject } from "vitest/node";
import { migrateDatabase } from "@/db/migrate";
import { startPostgres } from "@/scripts/postgres";

declare module "vitest" {
  export interface ProvidedContext {
    postgresUrl: string;
  }
}

/** Nothing here outlives its process, so nothing is made to outlive a power cut. */
const SETTINGS = [
  "fsync=off",
  "full_page_writes=off",
  "shared_buffers=128MB",
  "max_wal_size=256MB",
  "max_connections=500",
];
const MEMORY = "/dev/shm";
/** What the server and the databases that live at the same time take, several times. */
const MEMORY_BYTES_MIN = 2 ** 31;

/**
 * One real server for all tests that need one: TEST_DATABASE_URL when set (a Postgres 15, say),
 * else an embedded one that is thrown away.
 */
export default async function setup(project: TestProject) {
  const given = process.env.TEST_DATABASE_URL;
  const server = given ? undefined : await startThrowAway();
  const url = given ?? server!.url;
  const template = `carillon_template_${process.pid}`;
  const admin = postgres(url, { max: 1, onnotice: () => {} });
  await admin.unsafe(`create database ${template}`);
  const templateUrl = new URL(url);
  templateUrl.pathname = `/${template}`;
  await migrateDatabase(templateUrl.href);
  project.provide("postgresUrl", templateUrl.href);
  return async () => {
    await admin.unsafe(`drop database if exists ${template} with (force)`);
    await admin.end();
    await server?.stop();
  };
}

async function startThrowAway(): Promise<{ url: string; stop(): Promise<void> }> {
  const directory = await mkdtemp(join(await choosePlace(), "carillon-test-"));
  await chmod(directory, 0o755);
  const server = await startPostgres({ directory, settings: SETTINGS });
  await makeConnectingCheap(server.url);
  return {
    url: server.url,
    async stop() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/**
 * In memory where there is some to spare: half of what these tests cost would else be the making of
 * files.
 */
async function choosePlace(): Promise<string> {
  try {
    const { bavail, bsize } = await statfs(MEMORY);
    return bavail * bsize >= MEMORY_BYTES_MIN ? MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}

/**
 * Tests open thousands of connections, and proving one's password is a large part of what each
 * costs.
 */
async function makeConnectingCheap(url: string): Promise<void> {
  const { username, password } = new URL(url);
  const sql = postgres(url, { max: 1 });
  await sql`set scram_iterations = 1`;
  await sql.unsafe(`alter role "${username}" password '${decodeURIComponent(password)}'`);
  await sql.end();
}
