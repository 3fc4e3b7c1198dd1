import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { build } from "esbuild";
import { takeLock } from "./lock";
import { applyPatches } from "./patches";

const root = join(import.meta.dirname, "..");
const lock = join(root, "node_modules", ".cache", "carillon-build.lock");

/** Where {@link buildStandalone} leaves what an image needs. */
const standalone = join(root, "dist", "standalone");

/**
 * What the build leaves, and the sources that it is made of. `stamp` holds the hash of the sources.
 */
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
  make: (signal) => buildPages({}, signal),
};

const processes: Product = {
  stamp: join(root, "dist", "carillon-sources"),
  sources: ["db", "lib", "scripts", "patches", "tsconfig.json", "package.json", "package-lock.json"],
  async make() {
    await build({
      absWorkingDir: root,
      entryPoints: ["worker", "web", "carillon", "migrate", "sign-in-link", "health"].map(
        (name) => `scripts/${name}.ts`,
      ),
      outdir: "dist",
      outExtension: { ".js": ".mjs" },
      bundle: true,
      platform: "node",
      target: "node20",
      format: "esm",
      // Next is an installation of its own. A configuration loader of graphile-worker, which
      // nothing calls, names the compiler.
      external: ["next", "typescript"],
      // CommonJS packages inside the bundle call `require`.
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
      logLevel: "silent",
    });
    // Beside the program that runs them.
    await cp(join(root, "db", "migrations"), join(root, "dist", "migrations"), { recursive: true });
  },
};

/** All that the build reads. */
export const buildSources = [...new Set([...pages.sources, ...processes.sources])];

async function buildPages(settings: Record<string, string>, signal?: AbortSignal): Promise<void> {
  const next = join(root, "node_modules", "next", "dist", "bin", "next");
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
    ...settings,
  };
  await promisify(execFile)(process.execPath, [next, "build"], {
    cwd: root,
    env: environment,
    maxBuffer: 2 ** 26,
    signal,
  });
}

/**
 * Makes the production build unless the one there is of these very sources: the pages (`.next`) and
 * the programs of the worker and web processes (`dist`), each one file that Node runs as it is. Two
 * calls at once in one clone build once.
 */
export async function buildWhenStale(say: (line: string) => void, signal?: AbortSignal): Promise<void> {
  await makeWhenStale(processes);
  await makeWhenStale(pages, () => say("Building the pages (half a minute, once) …"), signal);
}

/** Makes the programs alone, within a second: tests of worker processes need no pages. */
export const buildProcessesWhenStale = () => makeWhenStale(processes);

/**
 * Makes a folder that needs nothing but Node: the programs, the migrations, the pages and of the
 * packages only the files that they load. It is what the image holds; `npm start` does as well with
 * the pages of this build as with its own. @returns the folder
 */
export async function buildStandalone(): Promise<string> {
  await makeWhenStale(processes);
  await withLock(async () => {
    const traced = join(root, ".next", "standalone");
    const wanted = await hashOf(pages.sources);
    if (!existsSync(traced) || !(await isMadeOf(pages, wanted)))
      await make(pages, wanted, () => buildPages({ NEXT_OUTPUT: "standalone" }));
    await rm(standalone, { recursive: true, force: true });
    const copy = (from: string, to: string) =>
      cp(from, join(standalone, to), { recursive: true, verbatimSymlinks: true });
    for (const name of [".next", "node_modules", "package.json"]) await copy(join(traced, name), name);
    await copy(join(root, ".next", "static"), join(".next", "static"));
    for (const name of await readdir(join(root, "dist"))) {
      if (name.endsWith(".mjs") || name === "migrations")
        await copy(join(root, "dist", name), join("dist", name));
    }
  });
  return standalone;
}

/** Where a process's program is after the build. */
export const programOf = (name: "worker" | "web") => join(root, "dist", `${name}.mjs`);

async function makeWhenStale(product: Product, begin = () => {}, signal?: AbortSignal): Promise<void> {
  const wanted = await hashOf(product.sources);
  if (await isMadeOf(product, wanted)) return;
  await withLock(async () => {
    if (await isMadeOf(product, wanted)) return;
    begin();
    await make(product, wanted, () => product.make(signal));
  });
}

const isMadeOf = async ({ stamp }: Product, hash: string) =>
  existsSync(stamp) && (await readFile(stamp, "utf8")) === hash;

/**
 * The programs hold the driver as it is installed, so it is patched before. A build that fails says
 * what its tools said.
 */
async function make({ stamp }: Product, hash: string, work: () => Promise<void>): Promise<void> {
  await applyPatches();
  try {
    await work();
  } catch (error) {
    const {
      stdout = "",
      stderr = "",
      message,
    } = error as { stdout?: string; stderr?: string; message: string };
    throw new Error(`The build failed:\n${stdout}\n${stderr || message}`);
  }
  await writeFile(stamp, hash);
}

async function hashOf(sources: string[]): Promise<string> {
  const hash = createHash("sha256");
  const add = async (path: string) => hash.update(path).update(await readFile(join(root, path)));
  for (const source of sources) {
    if (!existsSync(join(root, source))) continue;
    const entries = await readdir(join(root, source), { recursive: true, withFileTypes: true }).catch(
      () => undefined,
    );
    if (!entries) await add(source);
    else {
      const files = entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
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

// All that a start would write into this folder, for a service that may not; or the folder of the
// image.
if (process.argv[1] === import.meta.filename) {
  if (process.argv.includes("--standalone")) console.log(await buildStandalone());
  else {
    await buildWhenStale(console.log);
    const { nativeDirectory } = await import("./postgres");
    // Where there is none for this machine, the start needs DATABASE_URL, and says so.
    await nativeDirectory().catch(() => {});
  }
}
