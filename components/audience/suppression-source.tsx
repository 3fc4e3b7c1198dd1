"use client";

import { useTranslations } from "next-intl";

/**
 * The source of a suppression. A prefix tells its kind, unless it is the name of a user or a key.
 */
export function Source({ source }: { source: string }) {
  const t = useTranslations("audience.source");
  const actor = useTranslations("actor");
  if (source === "before an erasure") return t("erasure");
  const [kind, id] = source.split(" ");
  if (id && t.has(kind!)) return <span title={source}>{t(kind!)}</span>;
  return actor.has(source) ? actor(source) : source;
}
