import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import en from "@/messages/en.json";
import ru from "@/messages/ru.json";

const services = new URL("../../lib/services/", import.meta.url);
const written = readdirSync(services, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
  .flatMap((name) => [
    ...readFileSync(new URL(name, services), "utf8").matchAll(/action(?::| =)[^;,]*?"(\w+)\.(\w+)"(?: : "(\w+)\.(\w+)")?/g),
  ])
  .flatMap(([, subject, verb, ...other]) =>
    other[0] ? [[subject!, verb!] as const, [other[0], other[1]!] as const] : [[subject!, verb!] as const],
  );

test("every action that services note has words in both languages", () => {
  expect(written.length).toBeGreaterThan(25);
  for (const { audit } of [en, ru])
    for (const [subject, verb] of written)
      expect((audit.did as Record<string, Record<string, string>>)[subject]?.[verb], `${subject}.${verb}`).toEqual(expect.any(String));
});
