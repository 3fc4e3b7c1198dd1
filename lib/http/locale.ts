import type { Locale } from "@/lib/contract/texts";

/**
 * The language of an answer (RFC 9110 12.5.4). Without a wish it is Russian, the contract's own;
 * for all other languages it is English.
 */
export function localeOf(request: Request): Locale {
  return negotiate(request.headers.get("accept-language"));
}

/** @param header the value of Accept-Language */
export function negotiate(header: string | null): Locale {
  const asked = (header ?? "")
    .split(",")
    .map((part) => {
      const [range = "", ...params] = part.trim().toLowerCase().split(";");
      const q = params.map((param) => /^\s*q=([\d.]+)$/.exec(param)?.[1]).find(Boolean);
      return { language: range.split("-")[0]!, q: q === undefined ? 1 : Number(q) };
    })
    .filter(({ language, q }) => language !== "" && q > 0)
    .sort((a, b) => b.q - a.q);
  if (asked.length === 0) return "ru";
  for (const { language } of asked) {
    if (language === "ru" || language === "en") return language;
    if (language === "*") return "ru";
  }
  return "en";
}
