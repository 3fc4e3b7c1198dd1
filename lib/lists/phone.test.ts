import { parsePhoneNumberWithError } from "libphonenumber-js/max";
import { describe, expect, test } from "vitest";
import { normalizePhone } from "@/lib/domain/audience/phone";
import { isPhoneCountry, readPhone } from "./phone";

const good = (phone: string, isNational = false) => ({ phone, isNational, problem: null });

test.each([
  ["+79001234567", good("+79001234567")],
  ["79001234567", good("+79001234567")],
  ["89001234567", good("+79001234567", true)],
  ["9001234567", good("+79001234567", true)],
  ["8 (900) 123-45-67", good("+79001234567", true)],
  ["+7 (900) 123–45–67", good("+79001234567")],
  ["7 900 123 45 67", good("+79001234567")],
  ["+49 151\n 123  45678", good("+4915112345678")],
  ["8.900.123.45.67", good("+79001234567", true)],
  ["tel:+7-900-123-45-67", good("+79001234567")],
  ["+4915112345678", good("+4915112345678")],
  ["+12025550123", good("+12025550123")],
  ["+77011234567", good("+77011234567")],
])("%s is read, with no country or an assumed one", (text, reading) =>
  expect(readPhone(text)).toEqual(reading),
);

test.each([
  ["\u202a+79000001601\u202c", "+79000001601", "marks of direction from contacts"],
  ["\u2068+79000001602\u2069", "+79000001602", "isolates from a messenger"],
  ["\u200e79000001603", "+79000001603", "a left-to-right mark"],
  ["+7\ufe0d9000001604", "+79000001604", "a variation selector from a PDF"],
  ["\u001f79000001605", "+79000001605", "a unit separator of a page's table"],
  ["+7\u00a0(900)\u00a0000-16-06", "+79000001606", "no-break spaces"],
  ["＋７９０００００１６０７", "+79000001607", "full width"],
  ["\ufeff+79000001608\u200b", "+79000001608", "BOM and zero width"],
  ["+7\u00ad900\u00ad000\u00ad16\u00ad09", "+79000001609", "soft hyphens"],
  ["+7\u2060900\u200d0001610", "+79000001610", "joiners"],
  ["\u061c\u200f+79000001611\u0000", "+79000001611", "Arabic mark, NUL"],
  ["+٧٩٠٠٠٠٠١٦١٢", "+79000001612", "Arabic-Indic digits"],
  ["+۷۹۰۰۰۰۰۱۶۱۳", "+79000001613", "Persian digits"],
  ["+७९०००००१६१४", "+79000001614", "Devanagari digits"],
  ["+𝟕𝟡𝟎𝟎𝟎𝟎𝟎𝟏𝟔𝟏𝟓", "+79000001615", "mathematical digits"],
  ["\t+79000001616\r\n", "+79000001616", "white space"],
  ["+7\u3000900\u2009000\u202f16−17", "+79000001617", "other blanks and a minus"],
])("%j is %s (%s)", (text, phone) => expect(readPhone(text)).toMatchObject({ phone, problem: null }));

test.each([
  ['="79001234567"', "+79001234567"],
  ['="+79001234567"', "+79001234567"],
  ["'79001234567", "+79001234567"],
  ["'+79001234567", "+79001234567"],
  ["’79001234567", "+79001234567"],
  ['"79001234567"', "+79001234567"],
  ["79001234567.0", "+79001234567"],
  ["79001234567,00", "+79001234567"],
  ["7.9001234567E+10", "+79001234567"],
  ["7,9001234567E+10", "+79001234567"],
  ["7.9001234567e10", "+79001234567"],
  ["7,9001234567Е+10", "+79001234567"],
  ["7.90012345670E+10", "+79001234567"],
  ["9.001234567E+09", "+79001234567"],
])("what a spreadsheet made of it, %s, is %s", (text, phone) =>
  expect(readPhone(text)).toMatchObject({ phone, problem: null }),
);

test.each(["7,90000E+10", "7.9E+10", "7.900123456E+10", "7E+10", "7.9001234567E+11", "7.90012345678E+10"])(
  "%s has lost digits, and none is added",
  (text) => expect(readPhone(text)).toEqual({ phone: null, isNational: false, problem: "phone_rounded" }),
);

test.each([
  ["8 (900) 123-45-6", "phone_impossible"],
  ["7900123456", "phone_impossible"],
  ["+78900123456", "phone_impossible"],
  ["+7900123456", "phone_too_short"],
  ["+7900", "phone_too_short"],
  ["123", "phone_too_short"],
  ["890012345678", "phone_impossible"],
  ["+790012345678", "phone_impossible"],
  ["+1202555012345", "phone_too_long"],
  ["+99912345678", "phone_impossible"],
  ["4915112345678", "phone_impossible"],
  ["+79001234567 доб. 5", "phone"],
  ["+79001234567 ext 5", "phone"],
  ["звонить +79001234567", "phone"],
  ["+79001234567, +79001234568", "phone_several"],
  ["89001234567/89001234568", "phone_several"],
  ["89001234567 и 89001234568", "phone_several"],
  ["89001234567  89001234568", "phone_several"],
  ["8 (900) 123-45-67\n+7 900 123-45-68", "phone_several"],
  ["89001234567\r\n89001234568\r\n89001234569\r\n89001234560", "phone_several"],
  ["8900123456.7", "phone"],
  ["9001234567.5", "phone"],
  ["-", "phone"],
  ["", "phone"],
  ["нет", "phone"],
  ["#N/A", "phone"],
  ["9".repeat(50), "phone"],
])("%s is refused: %s", (text, problem) =>
  expect(readPhone(text)).toEqual({ phone: null, isNational: false, problem }),
);

test("an essay is refused at once", () => {
  for (const text of ["9".repeat(10_000), " ".repeat(1_000_000), "+".repeat(200)])
    expect(readPhone(text).problem).toBe("phone");
});

test.each([
  ["+74951234567", "a land line", "RU"],
  ["84912345678", "a Vietnamese mobile without its plus, which is a land line in Russia", "RU"],
  ["8 800 555-35-35", "a free number", "RU"],
  ["+442079460000", "a London land line", "RU"],
] as const)(
  "%s gets no texts (%s), and is told, so that an opt-out of it is not lost",
  (text, _, country) => {
    const reading = readPhone(text, country);
    expect(reading).toMatchObject({ problem: "not_mobile" });
    expect(reading.phone).toMatch(/^\+\d+$/);
  },
);

describe("national numbers belong to the country that was named", () => {
  test.each([
    ["(917) 555-0123", "RU", good("+79175550123", true)],
    ["(917) 555-0123", "US", good("+19175550123", true)],
    ["(910) 555-0144", "US", good("+19105550144", true)],
    ["1 917 555 0123", "US", good("+19175550123")],
    ["+79001234567", "US", good("+79001234567")],
    ["0151 12345678", "DE", good("+4915112345678", true)],
    ["0049 151 12345678", "DE", good("+4915112345678")],
    ["8 701 123 45 67", "KZ", good("+77011234567", true)],
    ["87011234567", "RU", good("+77011234567", true)],
    ["050 123 45 67", "UA", good("+380501234567", true)],
  ] as const)("%s in %s", (text, country, reading) => expect(readPhone(text, country)).toEqual(reading));

  const ambiguous = { phone: null, isNational: false, problem: "phone_ambiguous" };
  test.each([
    ["4915123456789", "DE", ambiguous, "a mobile without its plus, or a land line"],
    ["0049 151 23456789", "DE", good("+4915123456789"), "its country code shows"],
    ["+4915123456789", "DE", good("+4915123456789"), "so does a plus"],
    ["678 712 3456", "US", good("+16787123456", true), "of Atlanta; in Vanuatu a mobile"],
    ["15123456789", "DE", good("+4915123456789", true), "a mobile; with a plus any number of Texas"],
    ["646 312 3456", "US", good("+16463123456", true), "of New York; in New Zealand a land line"],
  ] as const)("%s in %s is not guessed at: %j (%s)", (text, country, reading, _) =>
    expect(readPhone(text, country)).toEqual(reading),
  );

  test.each(["79001234567", "89001234567", "84912345678", "8 (900) 123-45-67"])(
    "%s is none in the United States",
    (text) => expect(readPhone(text, "US")).toMatchObject({ phone: null }),
  );

  test("a country is its ISO code", () => {
    expect(["RU", "US", "KZ", "ru", "XX", "", "Россия"].map(isPhoneCountry)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});

test("the short way for Russian mobiles says what the numbering plan says, in every thousand of 79…", () => {
  const differing: string[] = [];
  for (let thousand = 0; thousand < 100_000; thousand += 7) {
    const text = `79${String(thousand).padStart(5, "0")}4567`;
    const parsed = parsePhoneNumberWithError(text, { defaultCountry: "RU", extract: false });
    if ((readPhone(text).phone !== null) !== parsed.isValid()) differing.push(text);
  }
  expect(differing).toEqual([]);
});

test("what the server takes, the browser takes too, and gives it the same form", () => {
  for (const text of [
    "8 (900) 123-45-67",
    "+4915112345678",
    '="79001234567"',
    "\u202a+79000001601\u202c",
    "7.9001234567E+10",
    "+74951234567",
  ])
    expect(normalizePhone(text)).toBe(readPhone(text).phone);
});
