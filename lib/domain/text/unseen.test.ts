import { expect, test } from "vitest";
import { IGNORABLE, isBlank, trimUnseen } from "./unseen";

test("the characters written out are those of Unicode that a text may ignore, in the first plane", () => {
  const [written, known] = [new RegExp(`[\\s${IGNORABLE}]`, "u"), /[\s\p{Default_Ignorable_Code_Point}]/u];
  const all = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code));
  expect(all.filter((one) => written.test(one))).toEqual(all.filter((one) => known.test(one)));
});

test.each(["", " \t", "\u200b", "\u2060", "\u00ad", "\u3164", "\ufeff", "\u00a0", "\u200b \u200d\u001f"])(
  "%j is blank",
  (text) => {
    expect([isBlank(text), trimUnseen(text)]).toEqual([true, ""]);
    expect(isBlank(`${text}a`)).toBe(false);
  },
);

test.each([
  [" a ", "a"],
  ["\u200bКазань \u200b", "Казань"],
  ["\u2060a\u200bb\u00ad", "a\u200bb"],
  ["می\u200cخواهم\u200c", "می\u200cخواهم"],
  ["👩\u200d🚀", "👩\u200d🚀"],
  ["❤\ufe0f", "❤\ufe0f"],
  ["\ufe0f❤\ufe0f\u200b", "❤\ufe0f"],
  ["a\nb\u2028", "a\nb"],
])("%j is trimmed to %j", (text, trimmed) => expect(trimUnseen(text)).toBe(trimmed));

test("a long text is trimmed as fast as it is read", () => {
  const began = performance.now();
  for (const text of [`а${" ".repeat(300_000)}а`, "\u200b".repeat(300_000), `${" \u200b".repeat(150_000)}а`])
    trimUnseen(text);
  expect(performance.now() - began).toBeLessThan(1_000);
});
