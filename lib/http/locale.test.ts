import { expect, test } from "vitest";
import { localeOf } from "./locale";

test.each([
  [undefined, "ru"],
  ["*", "ru"],
  ["ru-RU,ru;q=0.9,en;q=0.8", "ru"],
  ["en-US,en;q=0.9,ru;q=0.8", "en"],
  ["en;q=0.1, ru;q=0.2", "ru"],
  ["ru;q=0, en", "en"],
  ["de-DE,de;q=0.9", "en"],
  ["de, ru;q=0.5", "ru"],
  [";;;q=,,", "ru"],
])("%s is answered in %s", (header, locale) => {
  expect(
    localeOf(
      new Request("http://localhost", { headers: header === undefined ? {} : { "accept-language": header } }),
    ),
  ).toBe(locale);
});
