import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { build } from "esbuild";
import { takeLock } from "./lock";

const root = join(import.meta.dirname, "..");
const lock = join(root, "node_modules", ".cache", "carillon-build.lock");

/** What the build leaves, and the sources that it is made of. `stamp` holds the hash of the sources. */
interface Product {
  stamp: string;
  sources: string[];
  make(signal?: AbortSignal): Promise<void>;
}

const pages: Product = {
  stamp: join(root, ".next", "carillon-sources"),
  sources: [
    ...["app", "components", "db", "lib", "messages", "public", "patches"],
    ...["next.config.mjs", "postcss.config.mjs", "tsconfig.json", "package.json", "package-lock.json"],
  ],
  async make(signal) {
    const next = join(root, "node_modules", "next", "dist", "bin", "next");
    const environment: NodeJS.ProcessEnv = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
    await promisify(execFile)(process.execPath, [next, "build"], { cwd: root, env: environment, maxBuffer: 2 ** 26, signal });
  },
};

const processes: Product = {
  stamp: join(root, "dist", "carillon-sources"),
  sources: ["db", "lib", "scripts", "patches", "tsconfig.json", "package.json", "package-lock.json"],
  async make() {
    await build({
      absWorkingDir: root,
      entryPoints: ["scripts/worker.ts", "scripts/web.ts"],
      outdir: "dist",
      outExtension: { ".js": ".mjs" },
      bundle: true,
      platform: "node",
      target: "node20",
      format: "esm",
      // Next is an installation of its own. A configuration loader of graphile-worker, which nothing calls, names the compiler.
      external: ["next", "typescript"],
      // CommonJS packages inside the bundle call `require`.
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
      logLevel: "silent",
    });
  },
};

/**
 * Makes the production build unless the one there is of these very sources: the pages (`.next`) and the programs of the worker and web
 * processes (`dist`), each one file that Node runs as it is. Two calls at once in one clone build once.
 */
export async function buildWhenStale(say: (line: string) => void, signal?: AbortSignal): Promise<void> {
  await makeWhenStale(processes);
  await makeWhenStale(pages, () => say("Building the pages (half a minute, once) …"), signal);
}

/** Makes the programs alone, within a second: tests of worker processes need no pages. */
export const buildProcessesWhenStale = () => makeWhenStale(processes);

/** Where a process's program is after the build. */
export const programOf = (name: "worker" | "web") => join(root, "dist", `${name}.mjs`);

async function makeWhenStale({ stamp, sources, make }: Product, begin = () => {}, signal?: AbortSignal): Promise<void> {
  const wanted = await hashOf(sources);
  const isFresh = async () => existsSync(stamp) && (await readFile(stamp, "utf8")) === wanted;
  if (await isFresh()) return;
  await withLock(async () => {
    if (await isFresh()) return;
    begin();
    try {
      await make(signal);
    } catch (error) {
      const { stdout = "", stderr = "", message } = error as { stdout?: string; stderr?: string; message: string };
      throw new Error(`The build failed:\n${stdout}\n${stderr || message}`);
    }
    await writeFile(stamp, wanted);
  });
}

async function hashOf(sources: string[]): Promise<string> {
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
