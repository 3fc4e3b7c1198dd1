/** To make a format costs more than to use it a hundred times. */
const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * An instant as people of the reader's country write it: 18:26 in London and Moscow, 6:26 PM in New
 * York. Servers and browsers differ in the kinds of spaces that they put into it: all are plain
 * ones here.
 */
export function clockText(
  locale: string,
  instant: string | number,
  options: Intl.DateTimeFormatOptions,
): string {
  const key = `${locale} ${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (!format) {
    // Clocks of 24 hours say 09:05, those of 12 say 9:05 AM.
    format = new Intl.DateTimeFormat(
      locale,
      options.hour && hasLongDays(locale) ? { ...options, hour: "2-digit" } : options,
    );
    formats.set(key, format);
  }
  return format.format(new Date(instant)).replace(/\s/g, " ");
}

const hasLongDays = (locale: string) =>
  new Intl.DateTimeFormat(locale, { hour: "numeric" }).resolvedOptions().hourCycle === "h23";

/** For a tooltip: `2027-01-21 15:26:05 UTC`. */
export const utcText = (instant: string | number): string =>
  `${new Date(instant).toISOString().slice(0, 19).replace("T", " ")} UTC`;

/**
 * The flavour of the page's language in which times are written: English has many.
 * @param header the value of Accept-Language
 */
export function clockLocale(page: string, header: string | null): string {
  if (page !== "en") return page;
  return /\ben-[a-z]{2}\b/i.exec(header ?? "")?.[0] ?? "en-GB";
}
