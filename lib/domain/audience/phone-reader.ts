import type { CountryCode, PhoneNumber } from "libphonenumber-js/min";

export type PhoneCountry = CountryCode;

/** Why nobody can be written to at this phone. */
export type PhoneProblem =
  | "phone"
  | "phone_rounded"
  | "phone_several"
  | "phone_too_short"
  | "phone_too_long"
  | "phone_impossible"
  | "phone_ambiguous"
  | "not_mobile";

export interface PhoneReading {
  /**
   * E.164; null when the text is no phone. A landline is returned, too: its owner may ask not to be
   * written to.
   */
  phone: string | null;
  /** The text has no country code: we assumed the country. */
  isNational: boolean;
  problem: PhoneProblem | null;
}

interface Options {
  defaultCountry?: CountryCode;
  extract: false;
}
/** The library with one of its sets of tables. */
interface NumberingPlans {
  parsePhoneNumberWithError(text: string, options: Options): PhoneNumber;
  validatePhoneNumberLength(text: string, options: Options): string | undefined;
}

/**
 * Nearly every row of a Russian file has a number like this, and the library is slower. We leave
 * the ranges from 9300 on to the library, because they are only partly in use.
 */
const russianMobile = /^(\+?7|8|)(9(?:[0-24-9]\d|3[1-9])\d{7})$/;
/** What people write between digits. A point may be a decimal point: see below. */
const separators = /[\s()\-\u2010-\u2015]/g;
/** No phone number is written longer than this. We do not ask the library about longer texts. */
const LENGTH_MAX = 40;
const RAW_LENGTH_MAX = 200;

/**
 * Invisible characters: marks of format and direction, variation selectors, fillers, and control
 * characters except white space.
 */
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cf}]|(?!\s)\p{Cc}/gu;
const dashes = /[\p{Pd}\u2212]/gu;
/** Two blanks, a tab or a line break may stand between two numbers. */
const gaps = /\s{2,}|[\t-\r\u2028\u2029]/g;
const white = /\s/g;
const quotes = "[\"'\u2018\u2019\u201c\u201d`]";
const quoted = new RegExp(`^=?${quotes}+|${quotes}+$`, "g");

/** Removes invisible characters. */
export const withoutInvisible = (text: string): string =>
  /^[\x20-\x7e]*$/.test(text) ? text : text.replace(invisible, "");

/**
 * Turns the digits of all scripts into ASCII. Every script has its ten digits in order from 0 on,
 * so the number of digits before a digit is its value.
 */
function asciiDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => {
    let before = digit.codePointAt(0)!;
    if (before < 0x3a) return digit;
    const code = before;
    while (/\p{Nd}/u.test(String.fromCodePoint(before - 1))) before--;
    return String((code - before) % 10);
  });
}

function tidy(text: string): string {
  const visible = withoutInvisible(text)
    .replace(gaps, "  ")
    .replace(white, " ")
    .trim()
    .replace(quoted, "")
    .trim();
  return /^[\x20-\x7e]*$/.test(visible)
    ? visible
    : asciiDigits(visible).replaceAll("\uff0b", "+").replace(dashes, "-");
}

/**
 * A number as spreadsheets write it: `79001234567.0`, `7.9001234567E+10`. We accept it when it
 * shows all of its digits.
 */
const decimal = /^(\+?\d{9,})[.,](\d+)$/;
const scientific = /^(\+?\d)(?:[.,](\d+))?[eE\u0415\u0435]\+?(\d{1,2})$/;

/** @returns the digits as written; null when some are missing, because we never add one */
function unformat(text: string): string | null {
  const number = scientific.exec(text);
  if (number) {
    const [, first, fraction = "", exponent] = number;
    const places = Number(exponent);
    return fraction.length >= places && /^0*$/.test(fraction.slice(places))
      ? first + fraction.slice(0, places)
      : null;
  }
  const parts = decimal.exec(text);
  return parts && /^0+$/.test(parts[2]!) ? parts[1]! : text;
}

const allowed = /^(?:tel:)?[+\d\s().\-/]+$/i;
/**
 * Types of numbers that get no text messages. Unknown types are not listed, nor the toll-free
 * numbers of North America, which do get texts.
 */
const speechOnly = new Set<string | undefined>([
  "FIXED_LINE",
  "PREMIUM_RATE",
  "SHARED_COST",
  "TOLL_FREE",
  "UAN",
  "VOICEMAIL",
]);

/** Undefined is a type that the tables do not know: those of browsers know none. */
function isSpeechOnly(parsed: PhoneNumber): boolean {
  const type = parsed.getType();
  return speechOnly.has(type) && !(type === "TOLL_FREE" && parsed.countryCallingCode === "1");
}

const none = (problem: PhoneProblem): PhoneReading => ({ phone: null, isNational: false, problem });

/**
 * Makes the one reader of phone numbers for files, forms and the API. Only its tables differ: the
 * browser has the small ones, the server has all numbering plans.
 */
export function phoneReader(plans: NumberingPlans): (text: string, country?: PhoneCountry) => PhoneReading {
  return (text, country = "RU") => {
    if (country === "RU") {
      const mobile =
        russianMobile.exec(text) ??
        (text.length <= LENGTH_MAX ? russianMobile.exec(text.replace(separators, "")) : null);
      if (mobile) return { phone: `+7${mobile[2]}`, isNational: !mobile[1]!.endsWith("7"), problem: null };
    }
    if (text.length > RAW_LENGTH_MAX) return none("phone");
    const tidied = tidy(text);
    const number = unformat(tidied);
    if (number === null) return none("phone_rounded");
    if (number.length > LENGTH_MAX || !allowed.test(number))
      return none(isSeveral(number) ? "phone_several" : "phone");
    if (decimal.test(number)) return none("phone");
    if (isSeveral(number)) return none("phone_several");
    return judge(plans, number.replace(/^tel:/i, "").replaceAll("/", "-"), country);
  };
}

const lengthProblems: Record<string, PhoneProblem> = {
  TOO_SHORT: "phone_too_short",
  TOO_LONG: "phone_too_long",
  NOT_A_NUMBER: "phone",
};

function judge(plans: NumberingPlans, number: string, country: PhoneCountry): PhoneReading {
  const options = { defaultCountry: country, extract: false } as const;
  const parsed = parse(plans, number, options);
  if (parsed?.ext) return none("phone");
  if (!parsed?.isValid())
    return none(lengthProblems[plans.validatePhoneNumberLength(number, options) ?? ""] ?? "phone_impossible");
  const digits = number.replace(/\D/g, "");
  const isNational = !number.includes("+") && !digits.endsWith(parsed.number.slice(1));
  if (isNational && country !== "RU" && mayMissPlus(plans, parsed, digits)) return none("phone_ambiguous");
  return { phone: parsed.number, isNational, problem: isSpeechOnly(parsed) ? "not_mobile" : null };
}

function parse(plans: NumberingPlans, number: string, options: Options): PhoneNumber | undefined {
  try {
    return plans.parsePhoneNumberWithError(number, options);
  } catch {
    return undefined;
  }
}

/**
 * May a number that was read as a national one be another, without its plus? `4915123456789` is a
 * German mobile, and also fits a German land line. A national number that gets texts is what the
 * file's country says: 678 770 1234 is of Atlanta, not of Vanuatu. In Russia a number of eleven
 * digits with a leading 8 is a national one to everybody.
 */
function mayMissPlus(plans: NumberingPlans, national: PhoneNumber, digits: string): boolean {
  return isSpeechOnly(national) && !!parse(plans, `+${digits}`, { extract: false })?.isValid();
}

const isSeveral = (text: string): boolean =>
  text.split(/[,;/|]|\s{2,}| (?:и|или|and|or) /).filter((part) => part.replace(/\D/g, "").length >= 10)
    .length > 1;
