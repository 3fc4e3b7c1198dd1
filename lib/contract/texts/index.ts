import { accessTexts as accessEn } from "./access.en";
import { accessTexts as accessRu } from "./access.ru";
import { audienceTexts as audienceEn } from "./audience.en";
import { audienceTexts as audienceRu } from "./audience.ru";
import { dispatchTexts as dispatchEn } from "./dispatch.en";
import { dispatchTexts as dispatchRu } from "./dispatch.ru";
import { historyTexts as historyEn } from "./history.en";
import { historyTexts as historyRu } from "./history.ru";
import { problemTexts as problemEn } from "./problem.en";
import { problemTexts as problemRu } from "./problem.ru";

import { statusTexts as statusEn } from "./status.en";
import { statusTexts as statusRu } from "./status.ru";

export const locales = ["ru", "en"] as const;
export type Locale = (typeof locales)[number];

const texts: Record<Locale, Record<string, string>> = {
  en: { ...problemEn, ...audienceEn, ...dispatchEn, ...historyEn, ...statusEn, ...accessEn },
  ru: { ...problemRu, ...audienceRu, ...dispatchRu, ...historyRu, ...statusRu, ...accessRu },
};

export const textsOf = (locale: Locale): Readonly<Record<string, string>> => texts[locale];

export const hasText = (code: string): boolean => Object.hasOwn(texts.en, code);

/**
 * The text of a code, with `{name}` filled from `params`. An unknown code says the least that is
 * true, and a blank that nothing fills is left out with its quotes and the colon before it.
 */
export function textOf(locale: Locale, code: string, params: Record<string, string | number> = {}): string {
  const text = Object.hasOwn(texts[locale], code) ? texts[locale][code]! : texts[locale].invalid!;
  return text.replace(/(:? ?[“«]?)\{(\w+)\}([”»]?)/g, (_, before: string, name: string, after: string) => {
    const value = params[name] ?? "";
    return value === "" ? "" : `${before}${value}${after}`;
  });
}
