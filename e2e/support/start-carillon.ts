import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseEnv } from "node:util";
import postgres from "postgres";
import { startPostgres } from "@/scripts/postgres";
import { freePort } from "@/scripts/processes";
import { addPeople } from "./people";

const START_MS_MAX = 8 * 60_000;

export interface Running {
  url: string;
  /** What it has said, line by line. */
  lines: string[];
  stop(): Promise<void>;
}

/**
 * A developer's own `.env` may name a real gateway or a real database. A blank variable counts as
 * absent and wins over the file, so the product under test reads nothing from it.
 */
const withoutEnvFile = existsSync(".env")
  ? Object.fromEntries(Object.keys(parseEnv(readFileSync(".env", "utf8"))).map((name) => [name, ""]))
  : {};

/**
 * Starts the product as `npm start` does, on a free port with an empty folder of data. Beside the
 * one that all browser tests share, others have a database of its server.
 */
export async function startCarillon(settings: Record<string, string> = {}): Promise<Running> {
  return start(await mkdtemp(join(tmpdir(), "carillon-e2e-")), settings);
}

async function start(directory: string, settings: Record<string, string>): Promise<Running> {
  await chmod(directory, 0o755);
  const port = await freePort();
  const environment = {
    ...withoutEnvFile,
    ...process.env,
    ...(process.env.CARILLON_POSTGRES && {
      DATABASE_URL: await makeDatabase(process.env.CARILLON_POSTGRES, `carillon_${port}`),
    }),
    ...{ PORT: String(port), DATA_DIR: directory, LOG_LEVEL: "warn", WEBHOOK_PRIVATE: "on" },
    ...settings,
  };
  const child = spawn(
    process.execPath,
    ["--import", "tsx", join(import.meta.dirname, "..", "..", "scripts", "start.ts")],
    {
      env: environment as unknown as NodeJS.ProcessEnv,
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  const lines: string[] = [];
  await new Promise<void>((ready, fail) => {
    const timer = setTimeout(() => fail(new Error("Carillon did not start in time")), START_MS_MAX);
    child.once("exit", (code) => fail(new Error(`Carillon ended with ${code} before it was ready`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      console.log(line);
      lines.push(line);
      if (line.includes("ready: http")) {
        clearTimeout(timer);
        ready();
      }
    });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    lines,
    async stop() {
      child.kill("SIGTERM");
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function makeDatabase(server: string, name: string): Promise<string> {
  const sql = postgres(server, { max: 1 });
  await sql.unsafe(`create database ${name}`).finally(() => sql.end());
  return new URL(name, server).href;
}

/** One for all tests, stopped after them. */
export default async function setup(): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), "carillon-e2e-"));
  const carillon = await start(directory, { CURRENCY: "RUB" });
  process.env.CARILLON_URL = carillon.url;
  // It runs: this takes its address.
  if (!process.env.DATABASE_URL)
    process.env.CARILLON_POSTGRES = (await startPostgres({ directory: join(directory, "postgres") })).url;
  await addPeople();
  return () => carillon.stop();
}
