import { chmod, mkdtemp, rm } from "node:fs/promises";
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

/** One real server for all integration tests: TEST_DATABASE_URL when set (a Postgres 15, say), else an embedded one that is thrown away. */
export default async function setup(project: TestProject) {
  const given = process.env.TEST_DATABASE_URL;
  const directory = given ? undefined : await mkdtemp(join(tmpdir(), "carillon-test-"));
  if (directory) await chmod(directory, 0o755);
  const server = directory ? await startPostgres({ directory, settings: ["fsync=off", "shared_buffers=128MB"] }) : undefined;
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
    if (directory) await rm(directory, { recursive: true, force: true });
  };
}
