import type { CountryCode, PhoneNumber } from "libphonenumber-js/min";

export type PhoneCountry = CountryCode;

/** Why a text is no phone that can be written to. */
export type PhoneProblem =
  | "phone"
  | "phone_rounded"
  | "phone_several"
  | "phone_too_short"
  | "phone_too_long"
  | "phone_impossible"
  | "not_mobile";

export interface PhoneReading {
  /**
   * E.164; null when it is none. A number that is not mobile is told all the same: perhaps somebody
   * has it, and does not want to be written to.
   */
  phone: string | null;
  /** Its country is not written, but assumed. */
  isNational: boolean;
  problem: PhoneProblem | null;
}

interface Options {
  defaultCountry: CountryCode;
  extract: false;
}
/** The library, with its tables. */
interface NumberingPlans {
  parsePhoneNumberWithError(text: string, options: Options): PhoneNumber;
  validatePhoneNumberLength(text: string, options: Options): string | undefined;
}

/**
 * Nearly every row of a Russian file is one of these, and the library takes longer. The ranges 9300
 * … are only partly in use: they are left to it.
 */
const russianMobile = /^(\+?7|8|)(9(?:[0-24-9]\d|3[1-9])\d{7})$/;
/** What people write between digits. A point may be a decimal one, and is looked at below. */
const separators = /[\s()\-\u2010-\u2015]/g;
/** No writing of a phone number is longer, and the library is not asked about essays. */
const LENGTH_MAX = 40;
const RAW_LENGTH_MAX = 200;

/**
 * What nobody sees: marks of format and direction, variation selectors, fillers, control characters
 * that are no white space.
 */
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cf}]|(?!\s)\p{Cc}/gu;
const dashes = /[\p{Pd}\u2212]/gu;
const white = /\s+/g;
const quotes = "[\"'\u2018\u2019\u201c\u201d`]";
const quoted = new RegExp(`^=?${quotes}+|${quotes}+$`, "g");

/** The text without what nobody sees. */
export const withoutInvisible = (text: string): string =>
  /^[\x20-\x7e]*$/.test(text) ? text : text.replace(invisible, "");

/**
 * Digits of all scripts. They come in tens, each from 0 on: so many digits as stand before one, so
 * much it is worth.
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
  const visible = withoutInvisible(text).replace(white, " ").trim().replace(quoted, "").trim();
  return /^[\x20-\x7e]*$/.test(visible)
    ? visible
    : asciiDigits(visible).replaceAll("\uff0b", "+").replace(dashes, "-");
}

/**
 * A spreadsheet's number: `79001234567.0`, `7.9001234567E+10`. Whole, when all of its digits are
 * written.
 */
const decimal = /^(\+?\d{9,})[.,](\d+)$/;
const scientific = /^(\+?\d)(?:[.,](\d+))?[eE\u0415\u0435]\+?(\d{1,2})$/;

/** @returns the number's digits as written; null when some are missing, since none is ever added */
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
 * Types that no text message reaches. Those of which nobody knows are not among them, nor a free
 * number of North America, which has texts.
 */
const speechOnly = new Set<string | undefined>([
  "FIXED_LINE",
  "PREMIUM_RATE",
  "SHARED_COST",
  "TOLL_FREE",
  "UAN",
  "VOICEMAIL",
]);

const none = (problem: PhoneProblem): PhoneReading => ({ phone: null, isNational: false, problem });

/**
 * What a text means as a phone number. It is the one definition for files, forms and the API; only
 * what the library knows of numbering plans differs: the browser has the small tables, the server
 * the whole ones.
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
  let parsed: PhoneNumber | undefined;
  try {
    parsed = plans.parsePhoneNumberWithError(number, options);
  } catch {
    // What is wrong is asked below.
  }
  if (parsed?.ext) return none("phone");
  if (!parsed?.isValid())
    return none(lengthProblems[plans.validatePhoneNumberLength(number, options) ?? ""] ?? "phone_impossible");
  const type = parsed.getType();
  const isSpeechOnly = speechOnly.has(type) && !(type === "TOLL_FREE" && parsed.countryCallingCode === "1");
  const digits = number.replace(/\D/g, "");
  const isNational = !number.includes("+") && !digits.endsWith(parsed.number.slice(1));
  return { phone: parsed.number, isNational, problem: isSpeechOnly ? "not_mobile" : null };
}

const isSeveral = (text: string): boolean =>
  text.split(/[,;/|]|\s{2,}| (?:и|или|and|or) /).filter((part) => part.replace(/\D/g, "").length >= 10)
    .length > 1;
