"use client";

import { useTranslations } from "next-intl";

/** What is not a person's or a key's name begins with what it is. */
export function Source({ source }: { source: string }) {
  const t = useTranslations("audience.source");
  const actor = useTranslations("actor");
  if (source === "before an erasure") return t("erasure");
  const [kind, id] = source.split(" ");
  if (id && t.has(kind!)) return <span title={source}>{t(kind!)}</span>;
  return actor.has(source) ? actor(source) : source;
}
