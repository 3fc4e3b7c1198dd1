import {
  isSupportedCountry,
  parsePhoneNumberWithError,
  validatePhoneNumberLength,
} from "libphonenumber-js/max";
import { type PhoneCountry, phoneReader } from "@/lib/domain/audience/phone-reader";

/**
 * Reads a phone number by the numbering plans of all countries. The tables are 150 KB, so only the
 * server imports this file.
 */
export const readPhone = phoneReader({ parsePhoneNumberWithError, validatePhoneNumberLength });

/** Is the text the ISO 3166 code of a country whose numbering plan we know? */
export const isPhoneCountry = (text: string): text is PhoneCountry => isSupportedCountry(text);
