import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseEnv } from "node:util";
import { freePort } from "../scripts/processes";

const START_MS_MAX = 8 * 60_000;

export interface Running {
  url: string;
  /** What it has said, line by line. */
  lines: string[];
  stop(): Promise<void>;
}

/**
 * A developer's own `.env` may name a real gateway or a real database. A blank variable counts as absent and wins over the file, so the
 * product under test reads nothing from it.
 */
const withoutEnvFile = existsSync(".env")
  ? Object.fromEntries(Object.keys(parseEnv(readFileSync(".env", "utf8"))).map((name) => [name, ""]))
  : {};

/** Starts the product as `npm start` does, on a free port with an empty folder of data. */
export async function startCarillon(settings: Record<string, string> = {}): Promise<Running> {
  const directory = await mkdtemp(join(tmpdir(), "carillon-e2e-"));
  await chmod(directory, 0o755);
  const port = await freePort();
  const environment = {
    ...withoutEnvFile,
    ...process.env,
    PORT: String(port),
    DATA_DIR: directory,
    LOG_LEVEL: "warn",
    WEBHOOK_PRIVATE: "on",
    ...settings,
  };
  const child = spawn(process.execPath, ["--import", "tsx", join(import.meta.dirname, "..", "scripts", "start.ts")], {
    env: environment as unknown as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "inherit"],
  });
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

/** One for all tests, stopped after them. */
export default async function setup(): Promise<() => Promise<void>> {
  const carillon = await startCarillon();
  process.env.CARILLON_URL = carillon.url;
  return () => carillon.stop();
}
