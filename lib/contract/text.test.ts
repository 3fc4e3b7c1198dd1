import { expect, test } from "vitest";
import { nameText } from "./audience/audience";
import { lineText, messageText } from "./text";

const codeOf = (schema: ReturnType<typeof messageText>, text: string) =>
  schema.safeParse(text).error?.issues.map(({ message }) => message) ?? [];

test.each(["", " \t", "\u200b", "\u2060\n", "\u00ad", "\u3164", "\ufeff", "\u00a0\u200d"])(
  "%j is neither a message nor a name",
  (text) => {
    expect(codeOf(messageText(100), text)).toEqual(["blank"]);
    expect(codeOf(lineText(100), text.replace(/[\t\n]/g, ""))).toEqual(["empty"]);
  },
);

test("a message keeps what nobody sees beside what is seen, a name keeps it inside", () => {
  const text = "\u200bمی\u200cخواهم 👩\u200d🚀❤\ufe0f\u200b";
  expect(messageText(100).parse(text)).toBe(text);
  expect(nameText(100).parse(text)).toBe(text.slice(1, -1));
});

test("nothing unseen makes a name of an id", () => {
  expect(codeOf(nameText(100), "\u20603fa85f64-5717-4562-b3fc-2c963f66afa6\u200b")).toEqual(["uuid_shaped"]);
});

test("a long text is refused as fast as it is read", () => {
  const began = performance.now();
  for (const text of ["\u200b \u2060".repeat(20_000), `${" \u200b".repeat(30_000)}\0`])
    codeOf(messageText(10), text);
  expect(performance.now() - began).toBeLessThan(1_000);
});
