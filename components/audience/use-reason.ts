"use client";

import { useLocale, useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import type { Import } from "@/lib/contract/audience/import";
import type { Locale } from "@/lib/contract/texts";

/** Why an import failed, in words. The texts are loaded when an import has failed. */
export function useReason(error: Import["error"]): string | null {
  const t = useTranslations("import");
  const locale = useLocale() as Locale;
  const [text, setText] = useState<string | null>(null);
  const code = error?.code;
  useEffect(() => {
    if (code) void import("@/lib/contract/texts").then(({ textOf }) => setText(textOf(locale, code)));
  }, [code, locale]);
  return text && error?.line ? `${t("line", { line: error.line })}: ${text}` : text;
}
