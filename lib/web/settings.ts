/**
 * What a browser remembers of its user's wishes. Cookies, so that the first paint is right already.
 */
export const LOCALE_COOKIE = "locale";
export const THEME_COOKIE = "theme";
export const ZONE_COOKIE = "zone";

const YEAR_S = 365 * 86_400;

export function remember(cookie: string, value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: CookieStore is not in every browser yet.
  document.cookie = `${cookie}=${value}; path=/; max-age=${YEAR_S}; samesite=lax`;
}
