import { parsePhoneNumberWithError, validatePhoneNumberLength } from "libphonenumber-js/min";
import { type PhoneCountry, phoneReader } from "./phone-reader";

const separators = /[\s().\-\u2010-\u2015]/g;
const read = phoneReader({ parsePhoneNumberWithError, validatePhoneNumberLength });

/**
 * Brings a phone number to E.164, such as `+79161234567`, to look for it, or to show in a browser
 * what it seems to be. Whether it may be written to is for `readPhone` of lib/lists to say, which
 * knows the whole numbering plans.
 * @param country the one whose numbers need no country code
 * @returns null when it is no phone number
 */
export const normalizePhone = (text: string, country?: PhoneCountry): string | null =>
  read(text, country).phone;

/**
 * The beginning of the E.164 form that a fragment typed into a search box means: "8 916", "7916",
 * "+7916" and "916" are all "+7916".
 * @returns null when the fragment is no beginning of a number
 */
export function phonePrefix(fragment: string): string | null {
  const bare = fragment.replace(separators, "");
  if (!/^\+?\d{1,15}$/.test(bare)) return null;
  if (bare.startsWith("+")) return bare;
  if (bare.startsWith("8")) return `+7${bare.slice(1)}`;
  return bare.startsWith("9") ? `+7${bare}` : `+${bare}`;
}

/** The digits that the index of last digits has. */
export const LAST_DIGITS = 4;

/**
 * The end of a number that a fragment typed into a search box may mean, too.
 * @returns null when it has a plus, or too few digits: it says how a number begins
 */
export function phoneEnd(fragment: string): string | null {
  const bare = fragment.replace(separators, "");
  return /^\d+$/.test(bare) && bare.length >= LAST_DIGITS ? bare : null;
}

/**
 * The digits that are written in every form of a number, with its country or without: what it is
 * found by in texts. Of very short ones all digits.
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
