import { parsePhoneNumberWithError, validatePhoneNumberLength } from "libphonenumber-js/min";
import { type PhoneCountry, phoneReader } from "./phone-reader";

const separators = /[\s().\-\u2010-\u2015]/g;
const read = phoneReader({ parsePhoneNumberWithError, validatePhoneNumberLength });

/**
 * Brings a phone number to E.164, such as `+79161234567`, to search for it or to show it in a
 * browser. It does not check whether the number can be written to: `readPhone` of lib/lists does,
 * which knows all numbering plans.
 * @param country the country of numbers without a country code
 * @returns null when the text is no phone number
 */
export const normalizePhone = (text: string, country?: PhoneCountry): string | null =>
  read(text, country).phone;

/**
 * The beginning of the E.164 form of what somebody typed into a search box: "8 916", "7916",
 * "+7916" and "916" all mean "+7916".
 * @returns null when no number begins so
 */
export function phonePrefix(fragment: string): string | null {
  const bare = fragment.replace(separators, "");
  if (!/^\+?\d{1,15}$/.test(bare)) return null;
  if (bare.startsWith("+")) return bare;
  if (bare.startsWith("8")) return `+7${bare.slice(1)}`;
  return bare.startsWith("9") ? `+7${bare}` : `+${bare}`;
}

/** The index of last digits has this many of them. */
export const LAST_DIGITS = 4;

/**
 * The end of a number that somebody may have typed into a search box.
 * @returns null for a plus, which only begins a number, and for too few digits
 */
export function phoneEnd(fragment: string): string | null {
  const bare = fragment.replace(separators, "");
  return /^\d+$/.test(bare) && bare.length >= LAST_DIGITS ? bare : null;
}

/**
 * The digits that a fragment typed into a search box may stand for anywhere in a number.
 * @returns null when it is no piece of a number, or has a plus: it says how a number begins
 */
export function phonePart(fragment: string): string | null {
  const bare = fragment.replace(separators, "");
  return /^\d{1,15}$/.test(bare) ? bare : null;
}

/**
 * The digits that every form of a number contains, with its country code or without. We search
 * texts for them. A very short number keeps all its digits.
 * @param phone E.164
 */
export function nationalDigits(phone: string): string {
  const digits = phone.slice(1);
  try {
    const { nationalNumber } = parsePhoneNumberWithError(phone);
    return nationalNumber.length >= 6 && digits.endsWith(nationalNumber) ? nationalNumber : digits;
  } catch {
    return digits;
  }
}
