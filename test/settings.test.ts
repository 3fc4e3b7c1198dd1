import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { describe, expect, test } from "vitest";
import { settingDefaults } from "@/lib/env";

const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

/** `npm start` sets this one. */
const OF_THE_SUPERVISOR = ["EMBEDDED_ENGINE_PORT"];
/** Of the shell and of Node. */
const OF_THE_SHELL = ["PATH", "HOME", "NODE_ENV"];

const [manual, tests] = read("docs/settings.md").split("\n## Tests\n") as [string, string];
const namesIn = (cell: string) => [...cell.matchAll(/`([A-Z][A-Z_]+)`/g)].map(([, name]) => name!);
const rowsOf = (text: string) => text.split("\n").filter((line) => line.startsWith("| `"));
const documented = rowsOf(manual).map((line) => {
  const [, variable, fallback] = line.split("|").map((cell) => cell.replaceAll("`", "").trim());
  return { name: variable!, fallback: fallback! };
});
/** `.env.example` as it is when every line of it is switched on. */
const example = parseEnv(read(".env.example").replaceAll(/^#(?=[A-Z])/gm, ""));

describe("The documents and the code name the same settings", () => {
  test("docs/settings.md names every setting once, and no other", () => {
    expect(documented.map(({ name }) => name).sort()).toEqual([...settingDefaults.keys()].sort());
  });

  test("docs/settings.md tells the defaults of the code", () => {
    for (const [name, value] of settingDefaults) {
      if (value !== undefined)
        expect(
          documented.find((row) => row.name === name),
          name,
        ).toMatchObject({ fallback: String(value) });
    }
  });

  test(".env.example has every setting that a person may set, and no other", () => {
    const settable = [...settingDefaults.keys()].filter((name) => !OF_THE_SUPERVISOR.includes(name));
    expect(Object.keys(example).sort()).toEqual(settable.sort());
  });

  test(".env.example shows the defaults of the code, and a copy of it changes nothing", () => {
    for (const [name, value] of Object.entries(example))
      expect(value, name).toBe(String(settingDefaults.get(name) ?? ""));
    expect(parseEnv(read(".env.example"))).toEqual({});
  });

  test("docs/settings.md names every environment variable that the sources read by name", () => {
    const named = new Set([
      ...documented.map(({ name }) => name),
      ...rowsOf(tests).flatMap(namesIn),
      ...OF_THE_SHELL,
    ]);
    const rooms = ["app", "bench", "components", "db", "e2e", "lib", "scripts", "test"];
    const files = rooms.flatMap((room) =>
      readdirSync(join(root, room), { recursive: true, encoding: "utf8" }).map((path) => `${room}/${path}`),
    );
    const sources = [
      ...files.filter((path) => /\.tsx?$/.test(path) && !path.includes("node_modules")),
      "playwright.config.ts",
    ];
    const missing = sources.flatMap((path) =>
      [...read(path).matchAll(/process\.env\.([A-Z_]+)/g)]
        .map(([, name]) => name!)
        .filter((name) => !named.has(name)),
    );
    expect(missing).toEqual([]);
  });
});
