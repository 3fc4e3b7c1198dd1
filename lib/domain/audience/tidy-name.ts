import { withoutInvisible } from "./phone-reader";

/**
 * A name of an attribute or a tag, as Carillon knows it: names that look alike are one. It is
 * composed (NFC), without invisible characters, and with single spaces.
 */
export const tidyName = (name: string): string =>
  withoutInvisible(name).normalize("NFC").replace(/\s+/g, " ").trim();
