"use client";

import { useLocale } from "next-intl";
import { useCallback, useEffect, useState } from "react";

/** A time in the dispatch's own zone, with the zone's name: zones are never guessed silently. */
export function useZoned() {
  const locale = useLocale();
  return useCallback(
    (instant: string, timeZone: string, withZone = true) =>
      `${formatIn(locale, timeZone, isThisYear(instant)).format(new Date(instant))}${withZone ? ` · ${cityOf(timeZone)}` : ""}`,
    [locale],
  );
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** To make a format costs more than to use it a hundred times. */
function formatIn(locale: string, timeZone: string, isYearKnown: boolean): Intl.DateTimeFormat {
  const key = `${locale} ${timeZone} ${isYearKnown}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, {
      timeZone,
      day: "numeric",
      month: "short",
      hour: "numeric",
      minute: "2-digit",
      ...(isYearKnown ? {} : { year: "numeric" }),
    });
    formats.set(key, format);
  }
  return format;
}

/** The zone of whoever looks, once the page runs: the server that made the first paint cannot know it. */
export function useViewerZone(): string | undefined {
  const [zone, setZone] = useState<string>();
  useEffect(() => setZone(Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC"), []);
  return zone;
}

const isThisYear = (instant: string) => instant.startsWith(String(new Date().getUTCFullYear()));

/** `Europe/Moscow` → `Moscow`. */
export const cityOf = (timeZone: string) => timeZone.split("/").at(-1)!.replaceAll("_", " ");
