import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import en from "@/messages/en.json";
import ru from "@/messages/ru.json";

const services = new URL("../../lib/services/", import.meta.url);
/**
 * `"<subject>.<verb>"` in services that write to the audit log. Imports and paths have other
 * characters.
 */
const written = readdirSync(services, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
  .map((name) => readFileSync(new URL(name, services), "utf8"))
  .filter((text) => /\baudit(Refusal)?\(/.test(text))
  .flatMap((text) => [...text.matchAll(/"([a-z_]+)\.(?!csv")([a-z_]+)"/g)])
  .map(([, subject, verb]) => [subject!, verb!] as const);

test("every action that services note has words in both languages", () => {
  expect(written.length).toBeGreaterThan(25);
  for (const { audit } of [en, ru])
    for (const [subject, verb] of written)
      expect(
        (audit.did as Record<string, Record<string, string>>)[subject]?.[verb],
        `${subject}.${verb}`,
      ).toEqual(expect.any(String));
});
