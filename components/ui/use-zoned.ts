"use client";

import { useLocale, useTranslations } from "next-intl";
import { useCallback, useEffect, useState } from "react";
import { isTimeZone, knownZone } from "@/lib/domain/time-zone";
import { ownZone } from "@/lib/web/own-zone";

/** A time in the dispatch's own zone, with the zone's name: zones are never guessed silently. */
export function useZoned() {
  const locale = useLocale();
  const cityOf = useCity();
  return useCallback(
    (instant: string, timeZone: string, withZone = true) => {
      const zone = knownZone(timeZone);
      const city = withZone || zone !== timeZone ? ` · ${cityOf(timeZone)}` : "";
      return `${formatIn(locale, zone, isThisYear(instant)).format(new Date(instant))}${city}`;
    },
    [locale, cityOf],
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
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      ...(isYearKnown ? {} : { year: "numeric" }),
    });
    formats.set(key, format);
  }
  return format;
}

/** The zone of whoever looks, once the page runs: the server that made the first paint cannot know it. */
export function useViewerZone(): string | undefined {
  const [zone, setZone] = useState<string>();
  useEffect(() => setZone(ownZone()), []);
  return zone;
}

const isThisYear = (instant: string) => instant.startsWith(String(new Date().getUTCFullYear()));

/** `Europe/Moscow` → `Moscow`, or `Москва` where the page's language has a name of its own for it. Times of a zone that is not known here are UTC. */
export function useCity() {
  const t = useTranslations("city");
  const zone = useTranslations("zone");
  return useCallback(
    (timeZone: string) => {
      if (!isTimeZone(timeZone)) return zone("unknown", { zone: timeZone });
      return t.has(timeZone) ? t(timeZone) : timeZone.split("/").at(-1)!.replaceAll("_", " ");
    },
    [t, zone],
  );
}
