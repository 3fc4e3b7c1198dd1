import { createHash } from "node:crypto";
import type { Locale } from "@/lib/contract/texts";

interface Texts {
  /** As the build has compiled them, for next-intl. */
  json: string;
  /** Where a browser gets them. */
  href: string;
}

const read = new Map<Locale, Promise<Texts>>();

/** The texts of the pages in one language: read once. */
export function readTexts(locale: Locale): Promise<Texts> {
  const texts = read.get(locale) ?? readNow(locale);
  read.set(locale, texts);
  return texts;
}

async function readNow(locale: Locale): Promise<Texts> {
  const json = JSON.stringify((await import(`@/messages/${locale}.json`)).default);
  const version = createHash("sha256").update(json).digest("hex").slice(0, 16);
  return { json, href: `/texts/${locale}?v=${version}` };
}
