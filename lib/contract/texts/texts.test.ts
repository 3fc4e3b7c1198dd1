import { expect, test } from "vitest";
import { type Locale, locales, textOf, textsOf } from ".";

test.each(locales)(
  "No text (%s) has an empty place where nothing is told, nor a bare colon or quotes",
  (locale: Locale) => {
    for (const code of Object.keys(textsOf(locale))) {
      const text = textOf(locale, code);
      expect(text, code).not.toMatch(/\{|:\s*[.,;]|“”|«»|:$/);
    }
  },
);

test("A text names what it is told, also when that is white", () => {
  expect(textOf("en", "unknown_operator", { value: " " })).toBe("There is no such operator: “ ”.");
  expect(textOf("ru", "unknown_operator", { value: "мтс" })).toBe("Нет такого оператора: «мтс».");
  expect(textOf("en", "unknown_operator")).toBe("There is no such operator.");
});
