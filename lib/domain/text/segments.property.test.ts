import fc from "fast-check";
import { expect, test } from "vitest";
import { segmentsOf } from "./segments";

/** Where 3GPP TS 23.038, 6.2.1 puts each character: the index is the septet. 0x1b is the escape. */
const ALPHABET = [
  ..."@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ",
  ...Array.from({ length: 0x40 - 0x20 }, (_, i) => (i === 4 ? "¤" : String.fromCharCode(0x20 + i))),
  ..."¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§",
  ..."¿abcdefghijklmnopqrstuvwxyzäöñüà",
];
const ESCAPE = 0x1b;
/** And its extension table: the septet after the escape. */
const EXTENSION = new Map(
  Object.entries({
    10: "\f",
    20: "^",
    40: "{",
    41: "}",
    47: "\\",
    60: "[",
    61: "~",
    62: "]",
    64: "|",
    101: "€",
  }),
);
const extensionOf = new Map([...EXTENSION].map(([septet, character]) => [character, Number(septet)]));

/** The septets of a text; undefined when GSM-7 has not all of its characters. */
function toGsm7(text: string): number[] | undefined {
  const septets: number[] = [];
  for (const character of text) {
    const septet = character === "\u001b" ? -1 : ALPHABET.indexOf(character);
    const extended = extensionOf.get(character);
    if (septet >= 0) septets.push(septet);
    else if (extended !== undefined) septets.push(ESCAPE, extended);
    else return undefined;
  }
  return septets;
}

function fromGsm7(septets: number[]): string {
  let text = "";
  for (let i = 0; i < septets.length; i++)
    text += septets[i] === ESCAPE ? EXTENSION.get(String(septets[++i])) : ALPHABET[septets[i]!];
  return text;
}

/**
 * What a sender puts into its segments: as much as fits, cut a unit earlier where the cut would
 * tear a pair.
 */
function cut(
  units: number[],
  alone: number,
  each: number,
  beginsPair: (unit: number) => boolean,
): number[][] {
  if (units.length <= alone) return [units];
  const parts: number[][] = [];
  for (let from = 0; from < units.length; from += parts.at(-1)!.length) {
    const isTorn = from + each < units.length && beginsPair(units[from + each - 1]!);
    parts.push(units.slice(from, from + (isTorn ? each - 1 : each)));
  }
  return parts;
}

function sent(text: string): { encoding: string; parts: number[][]; read: string[] } {
  const septets = toGsm7(text);
  if (septets) {
    const parts = cut(septets, 160, 153, (unit) => unit === ESCAPE);
    return { encoding: "GSM-7", parts, read: parts.map(fromGsm7) };
  }
  const units = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
  const parts = cut(units, 70, 67, (unit) => unit >= 0xd800 && unit < 0xdc00);
  return { encoding: "UCS-2", parts, read: parts.map((part) => String.fromCharCode(...part)) };
}

/** Texts of what people write, in stretches long enough to reach the borders of segments. */
const pieces = fc.oneof(
  fc.constantFrom(...ALPHABET.filter((character) => character !== "\u001b")),
  fc.constantFrom(...EXTENSION.values()),
  fc.constantFrom(
    "п",
    "ё",
    "«",
    "—",
    "`",
    "ç",
    "e\u0301",
    "\u0301",
    "\u0336",
    "\u200d",
    "\ufe0f",
    "\r\n",
    "한",
    "\u1100\u1161",
    "क्षि",
  ),
  fc.constantFrom("😀", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇷🇺", "👍🏽", "𝒳"),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 3 }),
);
const gsm7 = fc.constantFrom(
  ...ALPHABET.filter((character) => character !== "\u001b"),
  ...EXTENSION.values(),
  "€",
  "€",
  "[",
  "]",
);
const texts = fc.oneof(
  fc
    .array(fc.tuple(pieces, fc.integer({ min: 1, max: 170 })), { maxLength: 12 })
    .map((all) => all.map(([piece, n]) => piece.repeat(n)).join("")),
  fc.array(gsm7, { maxLength: 500 }).map((all) => all.join("")),
  fc.string({ unit: "binary", maxLength: 300 }),
);

test("The segments of any text are those that its encoding fills", () => {
  fc.assert(
    fc.property(texts, (text) => {
      const { encoding, parts, read } = sent(text);
      // What was cut can be read part by part: nothing is torn, and nothing is lost.
      expect(read.join("")).toBe(text);
      for (const part of read) expect(part).not.toMatch(/\p{Cs}/u);
      expect(segmentsOf(text)).toMatchObject({ encoding, segments: parts.length });
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ["a letter under 1,500 accents", `e${"\u0301".repeat(1_500)}`, 23],
  [
    "four letters under 34 accents each, which are cut among their accents",
    `e${"\u0301".repeat(34)}`.repeat(4),
    3,
  ],
  ["an emoji at the border, which is not torn", `${"п".repeat(66)}😀${"п".repeat(66)}`, 3],
  ["a euro sign at the border, which is not torn", `${"a".repeat(152)}€${"a".repeat(152)}`, 3],
  ["an empty text", "", 1],
])("%s", (_, text, segments) => {
  expect(segmentsOf(text).segments).toBe(segments);
});

test("What forces UCS-2 is named as it is seen", () => {
  expect(segmentsOf("Ja e\u0301 👨‍👩‍👧‍👦 e\u0301").forcesUcs2).toEqual(["e\u0301", "👨‍👩‍👧‍👦"]);
});
