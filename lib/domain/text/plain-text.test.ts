import { expect, test } from "vitest";
import { invisibleIn, visibleText } from "./plain-text";

test("every invisible character is named, and taken away by what it stands for", () => {
  const text = "a\tb\u200bc\u200cd\u200de\u200ef\u200fg\u2028h\u2060i\u00adj\u202ek\u2066l\ufeffm";
  expect(invisibleIn(text).map(({ name }) => name)).toEqual([
    ...[
      "tab",
      "zero_width_space",
      "zero_width_non_joiner",
      "zero_width_joiner",
      "direction_mark",
      "line_separator",
    ],
    ...["word_joiner", "soft_hyphen", "zero_width_no_break_space"],
  ]);
  expect(invisibleIn(text).find(({ name }) => name === "direction_mark")?.count).toBe(4);
  expect(visibleText(text)).toBe("a bcdefg\nhijklm");
  expect(invisibleIn(visibleText(text))).toEqual([]);
});

test("what makes one emoji of several is seen, and stays", () => {
  const family = "👨‍👩‍👧 ❤️‍🔥 👩🏽‍🚒";
  expect(invisibleIn(family)).toEqual([]);
  expect(visibleText(`${family}\u200d`)).toBe(family);
});

test("a text that is plain stays as it is", () => {
  const text = "Привет!\r\nHello — «ёж»";
  expect(invisibleIn(text)).toEqual([]);
  expect(visibleText(text)).toBe(text);
});
