import fc from "fast-check";
import { expect, test } from "vitest";
import { ValidationError } from "@/lib/domain/errors";
import { encoded } from "@/test/support/encoded";
import { encodingOf, judgeEncoding } from "./encoding";
import { takeSurvey } from "./survey";

function judged(bytes: Uint8Array, { size = 7, explicit }: { size?: number; explicit?: string } = {}) {
  const survey = takeSurvey();
  for (let at = 0; at < bytes.length; at += size) survey.write(bytes.subarray(at, at + size));
  return judgeEncoding(survey.end(), explicit);
}

const people =
  "phone;name;tag\r\n+79000000811;Анна Серова;Клиенты\r\n+79000000812;Пётр Щукин;Новости\r\n+79000000813;ЗАО «Ёлка» № 5;Акции\r\n";
const capitals =
  "phone;name\r\n+79000000811;ИВАНОВА МАРИЯ\r\n+79000000812;ПЕТРОВ СЕРГЕЙ\r\n+79000000813;КОВАЛЕВА ОЛЬГА\r\n";
const letters = `телефон;примечание\r\n+79000000811;${"Позвонить после обеда и спросить Ёлкину ".repeat(20)}\r\n`;

test.each([
  ["a BOM of UTF-8", Buffer.from(`\ufeff${people}`), "utf-8"],
  ["UTF-8", Buffer.from(people), "utf-8"],
  ["nothing beyond ASCII", Buffer.from("phone\n+79000000811\n"), "utf-8"],
  ["nothing at all", Buffer.from(""), "utf-8"],
  ["a BOM of UTF-16", Buffer.from(`\ufeff${people}`, "utf16le"), "utf-16le"],
  ["a BOM of big-endian UTF-16", Buffer.from(`\ufeff${people}`, "utf16le").swap16(), "utf-16be"],
  ["UTF-16 without one", Buffer.from(people, "utf16le"), "utf-16le"],
  ["big-endian UTF-16 without one", Buffer.from(people, "utf16le").swap16(), "utf-16be"],
  ["Cyrillic UTF-16 without one", Buffer.from(letters, "utf16le"), "utf-16le"],
  ["Cyrillic big-endian UTF-16", Buffer.from(letters, "utf16le").swap16(), "utf-16be"],
] as const)("%s decides, whatever the pieces that the file comes in", (_, bytes, encoding) => {
  for (const size of [1, 2, 3, 5, 1_000])
    expect(judged(bytes, { size })).toMatchObject({ encoding, isSure: true });
});

test.each(["windows-1251", "ibm866", "koi8-r", "iso-8859-5", "x-mac-cyrillic"])(
  "a Russian list in %s is told from the others",
  (encoding) => {
    expect(judged(encoded(people, encoding))).toMatchObject({ encoding, isSure: true });
    // Capitals of two of them are the same bytes: what counts is what is read.
    const verdict = judged(encoded(capitals, encoding));
    expect(verdict.isSure).toBe(true);
    expect(new TextDecoder(verdict.encoding).decode(encoded(capitals, encoding))).toBe(capitals);
  },
);

const russianWords =
  "анна пётр сергей ольга дмитрий клиенты новости акции москва казань санкт-петербург нижний тагил щербакова юлия эдуард подъячев мытищи жуковский улица рассылка постоянный покупатель должник объект цех фёдор хабаровск съезд".split(
    " ",
  );
const westernWords =
  "Café Müller Niños José Zoë Ångström François Übung façade señor Jürgen Groß Hélène crème".split(" ");
const polishWords = "Łódź Gdańsk Żółć Kraków Wałęsa świeży źródło Částka Dvořák Žižka Škoda Ősz Erdős".split(
  " ",
);
/** In encodings that are no candidates. */
const others = {
  "windows-1253": "Αθήνα Θεσσαλονίκη πελάτες νέα Γιώργος",
  "windows-1255": "ירושלים לקוחות חדשים תל אביב",
  "windows-1257": "Šiauliai Žemaitė Ąžuolas Rīga ļaudis",
};
const cases: ((word: string) => string)[] = [
  (word) => word,
  (word) => word.toUpperCase(),
  (word) => word[0]!.toUpperCase() + word.slice(1),
];

test("whatever words a list is made of: what is sure is right", () => {
  const words = (all: string[]) =>
    fc.array(fc.tuple(fc.constantFrom(...all), fc.constantFrom(...cases)), { minLength: 1, maxLength: 12 });
  const lists = fc.oneof(
    fc.tuple(
      words(russianWords),
      fc.constantFrom("windows-1251", "ibm866", "koi8-r", "iso-8859-5", "x-mac-cyrillic"),
    ),
    fc.tuple(words(westernWords), fc.constantFrom("windows-1252", "macintosh")),
    fc.tuple(words(polishWords), fc.constant("windows-1250")),
    ...Object.entries(others).map(([encoding, text]) =>
      fc.tuple(words(text.split(" ")), fc.constant(encoding)),
    ),
  );
  fc.assert(
    fc.property(lists, fc.constantFrom(",", ";", "\t"), ([list, encoding], delimiter) => {
      const text = `phone${delimiter}name\n${list.map(([word, change], i) => `7900000000${i}${delimiter}${change(word)}`).join("\n")}\n`;
      const bytes = encoded(text, encoding);
      const read = new TextDecoder(encoding).decode(bytes);
      const verdict = judged(bytes, { size: 1_000 });
      if (verdict.isSure) expect(new TextDecoder(verdict.encoding).decode(bytes)).toBe(read);
    }),
    { numRuns: 300 },
  );
});

test("broken bytes in UTF-8 do not change its encoding, as long as ten times as many letters are whole", () => {
  const whole = Buffer.from("ё".repeat(10));
  expect(judged(Buffer.concat([whole, Buffer.of(0xff)]))).toMatchObject({ encoding: "utf-8", isSure: true });
  expect(judged(Buffer.concat([whole, Buffer.of(0xff, 0xff)])).encoding).not.toBe("utf-8");
  // Wherever it stands: at the end, in the beginning, or cut off in the middle of a letter.
  expect(judged(Buffer.concat([Buffer.of(0xe8), Buffer.from(people)]))).toMatchObject({ encoding: "utf-8" });
  expect(judged(Buffer.from(people).subarray(0, -14))).toMatchObject({ encoding: "utf-8" });
});

test("surrogates, overlong forms and what is beyond Unicode are no UTF-8", () => {
  for (const bytes of [
    [0xed, 0xa0, 0x80],
    [0xc0, 0xaf],
    [0xe0, 0x80, 0xaf],
    [0xf4, 0x90, 0x80, 0x80],
    [0xf5, 0x80, 0x80, 0x80],
  ]) {
    const survey = takeSurvey();
    survey.write(Uint8Array.from(bytes));
    expect(survey.end()).toMatchObject({ validSequences: 0, invalidBytes: bytes.length });
  }
});

test("what is not sure comes with candidates and three cells as they read in each", () => {
  const verdict = judged(
    Buffer.from(
      "phone;operator;tags;name\r\n+79000000801;t2;Caf\xe9;M\xfcller\r\n+79000000802;t2;Ni\xf1os;Jos\xe9\r\n",
      "latin1",
    ),
  );
  expect(verdict).toMatchObject({ encoding: "windows-1252", isSure: false });
  expect(verdict.candidates.length).toBeGreaterThan(1);
  expect(verdict.candidates[0]).toMatchObject({
    encoding: "windows-1252",
    samples: ["Café", "Müller", "Niños"],
  });
  expect(verdict.candidates[0]!.confidence).toBeGreaterThan(verdict.candidates[1]!.confidence);
});

test.each([
  ["windows-1252", westernWords],
  ["windows-1250", polishWords],
  ["windows-1253", others["windows-1253"].split(" ")],
])("a list in %s is never sure, however long it is", (encoding, words) => {
  expect(
    judged(
      encoded(
        `phone;name\n${words
          .map((word, i) => `${i};${word}\n`)
          .join("")
          .repeat(50)}`,
        encoding,
      ),
    ).isSure,
  ).toBe(false);
});

test("four letters decide nothing, but the right encoding comes first", () => {
  const verdict = judged(Buffer.from("phone;operator;name\r+79000000811;t2;\x88\xa2\xa0\xad\r", "latin1"));
  expect(verdict).toMatchObject({
    encoding: "ibm866",
    isSure: false,
    candidates: [{ encoding: "ibm866", samples: ["Иван"] }, {}, {}, {}, {}],
  });
});

test("what somebody said is believed, and the samples show it", () => {
  const bytes = encoded("phone;name\n1;Иван\n", "windows-1251");
  expect(judged(bytes, { explicit: "cp866" })).toMatchObject({
    encoding: "ibm866",
    isSure: true,
    candidates: [{ samples: ["╚трэ"] }],
  });
  expect(judged(Buffer.from("\ufeffphone\n"), { explicit: "windows-1251" })).toMatchObject({
    encoding: "windows-1251",
  });
  expect(() => judged(bytes, { explicit: "klingon" })).toThrow(ValidationError);
});

test.each([
  ["CP1251", "windows-1251"],
  ["cp866", "ibm866"],
  ["IBM-866", "ibm866"],
  ["utf8", "utf-8"],
  ["UTF-16", "utf-16le"],
  ["latin1", "windows-1252"],
  ["gbk", "gbk"],
  ["iso-2022-kr", null],
  ["", null],
])("the encoding %j is %s", (label, encoding) => expect(encodingOf(label)).toBe(encoding));

test("what is no text is refused", () => {
  expect(() => judged(Uint8Array.from({ length: 4_000 }, (_, i) => (i * 7919) % 5))).toThrow(ValidationError);
});
