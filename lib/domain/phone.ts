import parsePhoneNumber from "libphonenumber-js/min";

/** National Russian mobile forms with nothing but digits: 9161234567, 89161234567, 79161234567, +79161234567. Nearly every row of a file is one. */
const russianMobile = /^(?:\+?7|8)?(9\d{9})$/;
const separators = /[\s().\-\u2010-\u2015]/g;
/** No writing of a phone number is longer, and the library is not asked about essays. */
const lengthMax = 40;

/**
 * Brings a phone number to E.164, such as `+79161234567`. Forms without a country code are read as Russian ones.
 * @returns null when it is no phone number
 */
export function normalizePhone(text: string): string | null {
  if (text.length > lengthMax) return null;
  const mobile = russianMobile.exec(text) ?? russianMobile.exec(text.replace(separators, ""));
  if (mobile) return `+7${mobile[1]}`;
  const parsed = parsePhoneNumber(text.trim(), { defaultCountry: "RU", extract: false });
  // An extension cannot receive an SMS.
  return parsed?.isValid() && !parsed.ext ? parsed.number : null;
}

/**
 * The beginning of the E.164 form that a fragment typed into a search box means: "8 916", "7916", "+7916" and "916" are all "+7916".
 * @returns null when the fragment is no beginning of a number
 */
export function phonePrefix(fragment: string): string | null {
  const bare = fragment.replace(separators, "");
  if (!/^\+?\d{1,15}$/.test(bare)) return null;
  if (bare.startsWith("+")) return bare;
  if (bare.startsWith("8")) return `+7${bare.slice(1)}`;
  return bare.startsWith("9") ? `+7${bare}` : `+${bare}`;
}
