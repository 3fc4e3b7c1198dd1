import { cookies, headers } from "next/headers";
import { getRequestConfig } from "next-intl/server";
import { type Locale, locales } from "@/lib/contract/texts";
import { isTimeZone } from "@/lib/domain/time-zone";
import { negotiate } from "@/lib/http/locale";
import { clockLocale } from "@/lib/web/clock";
import { LOCALE_COOKIE, ZONE_COOKIE } from "@/lib/web/settings";

/**
 * The language of pages: the one that was chosen, else the browser's. Addresses carry none: a link
 * means the same to everybody.
 */
export async function pageLocale(): Promise<Locale> {
  const chosen = (await cookies()).get(LOCALE_COOKIE)?.value;
  return locales.find((locale) => locale === chosen) ?? negotiate((await headers()).get("accept-language"));
}

/**
 * For whom times are written: how, and where they are; a browser tells its zone on its first visit.
 */
export async function pageReader(): Promise<{ locale: string; zone: string | undefined }> {
  const zone = (await cookies()).get(ZONE_COOKIE)?.value;
  return {
    locale: clockLocale(await pageLocale(), (await headers()).get("accept-language")),
    zone: zone !== undefined && isTimeZone(zone) ? zone : undefined,
  };
}

/**
 * The request config of next-intl lives here: it needs cookies and headers (app's) and the API's
 * own negotiation (lib/http), which lib/web may not import.
 */
export default getRequestConfig(async () => {
  const locale = await pageLocale();
  return { locale, messages: (await import(`../messages/${locale}.json`)).default, timeZone: "UTC" };
});
