import { spawn } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "../scripts/postgres";

const START_MS_MAX = 8 * 60_000;

/** Starts the product as `npm start` does, on a free port with an empty folder of data, and stops it after the tests. */
export default async function setup(): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), "carillon-e2e-"));
  await chmod(directory, 0o755);
  const port = await freePort();
  const environment = { ...process.env, PORT: String(port), DATA_DIR: directory, LOG_LEVEL: "warn" };
  const child = spawn(process.execPath, ["--import", "tsx", join(import.meta.dirname, "..", "scripts", "start.ts")], {
    env: environment as unknown as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  await new Promise<void>((ready, fail) => {
    const timer = setTimeout(() => fail(new Error("Carillon did not start in time")), START_MS_MAX);
    child.once("exit", (code) => fail(new Error(`Carillon ended with ${code} before it was ready`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      console.log(line);
      if (line.includes("ready: http")) {
        clearTimeout(timer);
        ready();
      }
    });
  });
  process.env.CARILLON_URL = `http://127.0.0.1:${port}`;
  return async () => {
    child.kill("SIGTERM");
    await ended;
    await rm(directory, { recursive: true, force: true });
  };
}
