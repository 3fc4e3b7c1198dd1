import fc from "fast-check";
import { expect, test } from "vitest";
import { type PersonalText, readPersonalText, renderText, saidOf } from "./personal-text";
import { segmentsOf } from "./segments";
import { isBlank } from "./unseen";

const read = (text: string): PersonalText => {
  const found = readPersonalText(text);
  if ("wrong" in found) throw new Error(found.wrong);
  return found;
};
const say = (text: string, attributes: Record<string, string | null> = {}, max: number | null = null) =>
  renderText(read(text), attributes, max);

test.each([
  ["Hello {{name}}!", { name: "Ann" }, "Hello Ann!"],
  ["{{ name }}", { name: "Ann" }, "Ann"],
  ["{{имя}}, {{город_2|ваш город}}", { имя: "Анна" }, "Анна, ваш город"],
  ["{{Край}}".normalize("NFD"), { Край: "Ann" }, "Ann"],
  ["{{नाम}}", { नाम: "अन्ना" }, "अन्ना"],
  ["{{name|}}!", {}, "!"],
  ["\\{{name}} is {{name}}", { name: "Ann" }, "{{name}} is Ann"],
  ["{{name}}", { name: " A\u0000n\r\nn\u0085 " }, "Ann"],
  ["{{name|you}}", { name: " \t " }, "you"],
  ["{{name|you}}", { name: "\u200b\u2060 \u3164" }, "you"],
  ["{{name}}!", { name: "Ann\u200b" }, "Ann!"],
  ["{{name}}", { name: "می\u200cخواهم 👩\u200d🚀❤\ufe0f" }, "می\u200cخواهم 👩\u200d🚀❤\ufe0f"],
  ["{{name}} {{code}}", { name: "{{code}}", code: "7" }, "{{code}} 7"],
  ["{{name}}", { name: "$& \\{{" }, "$& \\{{"],
  ["a {b} }} {", {}, "a {b} }} {"],
])("%s of %o is %s", (text, attributes, said) => {
  expect(say(text, attributes)).toMatchObject({ text: said });
});

test.each(["{{", "{{}}", "{{first name}}", "{{name", "{{na-me}}", "{{{name}}}", "{{name|{x}}}", "a {{|x}}"])(
  "%s has a placeholder that cannot be read",
  (text) => {
    expect(readPersonalText(text)).toHaveProperty("wrong");
  },
);

test("what a text cannot be made for is told by its reason", () => {
  expect(say("{{name}}")).toEqual({ problem: "missing_value" });
  expect(say("{{constructor}}")).toEqual({ problem: "missing_value" });
  expect(say("{{name|}}")).toEqual({ problem: "missing_value" });
  expect(say("{{name}}", { name: "\u200b" })).toEqual({ problem: "missing_value" });
  expect(say("{{name}}", { name: "😀".repeat(1_601) })).toEqual({ problem: "message_too_long" });
  expect(say("{{name}}", { name: "😀".repeat(1_600) })).toMatchObject({ segments: 49 });
  expect(say("{{name}}", { name: "a".repeat(161) }, 1)).toEqual({ problem: "too_many_segments" });
  expect(say("{{name}}", { name: "a".repeat(160) }, 1)).toMatchObject({ segments: 1 });
});

const name = fc.constantFrom("name", "имя", "a_1", "город");
const literal = fc
  .string({ unit: "grapheme" })
  .map((text) => text.replaceAll("{", "(").replaceAll("\\", "/"));
const piece = fc.oneof(
  literal.map((text) => ({ text })),
  fc.constant({ text: "{{", source: "\\{{" }),
  fc.record({
    name,
    fallback: fc.option(
      literal.map((text) => text.replaceAll("}", ")")),
      { nil: undefined },
    ),
  }),
);

test("a text says its pieces in their order, whatever values hold", () => {
  fc.assert(
    fc.property(
      fc.array(piece),
      fc.dictionary(name, fc.string({ unit: "grapheme" })),
      (pieces, attributes) => {
        const source = pieces.map((p) =>
          "name" in p
            ? `{{${p.name}${p.fallback === undefined ? "" : `|${p.fallback}`}}}`
            : "source" in p
              ? p.source
              : p.text,
        );
        const said = pieces.map((p) => ("name" in p ? saidOf(attributes, p.name) || p.fallback : p.text));
        const rendered = say(source.join(""), attributes);
        const expected = said.join("");
        if (said.includes(undefined) || isBlank(expected))
          expect(rendered).toEqual({ problem: "missing_value" });
        else if ([...expected].length > 1_600) expect(rendered).toEqual({ problem: "message_too_long" });
        else expect(rendered).toEqual({ text: expected, segments: segmentsOf(expected).segments });
      },
    ),
  );
});

test("any text is read or refused, and one without {{ goes out as it stands", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const found = readPersonalText(text);
      if (text.includes("{{") || isBlank(text)) return;
      expect(renderText(found as PersonalText, {}, null)).toMatchObject({ text });
    }),
  );
});
