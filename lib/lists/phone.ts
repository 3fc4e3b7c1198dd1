import {
  isSupportedCountry,
  parsePhoneNumberWithError,
  validatePhoneNumberLength,
} from "libphonenumber-js/max";
import { type PhoneCountry, phoneReader } from "@/lib/domain/audience/phone-reader";

/**
 * What a text means as a phone number, by the whole numbering plans. The tables are 150 KB: this is
 * for the server, and no room of the browser's may import this one.
 */
export const readPhone = phoneReader({ parsePhoneNumberWithError, validatePhoneNumberLength });

/** Is it the ISO 3166 code of a country whose numbering plan is known? */
export const isPhoneCountry = (text: string): text is PhoneCountry => isSupportedCountry(text);
