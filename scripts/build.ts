import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { takeLock } from "./lock";

const root = join(import.meta.dirname, "..");
const stamp = join(root, ".next", "carillon-sources");
const lock = join(root, "node_modules", ".cache", "carillon-build.lock");
const sources = [
  "app",
  "components",
  "db",
  "lib",
  "messages",
  "public",
  "next.config.mjs",
  "postcss.config.mjs",
  "tsconfig.json",
  "package-lock.json",
];

/** Makes the production build unless the one there is of these very sources. Two starts at once in one clone build once. */
export async function buildWhenStale(say: (line: string) => void): Promise<void> {
  const wanted = await hashSources();
  const isFresh = async () => existsSync(stamp) && (await readFile(stamp, "utf8")) === wanted;
  if (await isFresh()) return;
  await withLock(async () => {
    if (await isFresh()) return;
    say("Building the pages (about a minute, once) …");
    const next = join(root, "node_modules", "next", "dist", "bin", "next");
    const environment: NodeJS.ProcessEnv = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
    try {
      await promisify(execFile)(process.execPath, [next, "build"], { cwd: root, env: environment, maxBuffer: 2 ** 26 });
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      throw new Error(`The build failed:\n${stdout}\n${stderr}`);
    }
    await writeFile(stamp, wanted);
  });
}

async function hashSources(): Promise<string> {
  const hash = createHash("sha256");
  const add = async (path: string) => hash.update(path).update(await readFile(join(root, path)));
  for (const source of sources) {
    if (!existsSync(join(root, source))) continue;
    const entries = await readdir(join(root, source), { recursive: true, withFileTypes: true }).catch(() => undefined);
    if (!entries) await add(source);
    else {
      const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
      for (const file of files.sort()) await add(file);
    }
  }
  return hash.digest("hex");
}

async function withLock(work: () => Promise<void>): Promise<void> {
  await mkdir(join(lock, ".."), { recursive: true });
  let release = await takeLock(lock);
  while (!release) {
    await setTimeout(500);
    release = await takeLock(lock);
  }
  try {
    await work();
  } finally {
    await release();
  }
}
