"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useCallback } from "react";
import { isTimeZone, knownZone } from "@/lib/domain/time-zone";
import { clockText, utcText } from "@/lib/web/clock";
import { useReader } from "./reader";

/** Formats an instant for the reader. The screen names the zone once: see {@link ZoneNote}. */
export function useClock() {
  const { locale } = useReader();
  return useCallback(
    (instant: string | number, timeZone: string, options: Intl.DateTimeFormatOptions) =>
      clockText(locale, instant, { timeZone: knownZone(timeZone), ...options }),
    [locale],
  );
}

const minute = { hour: "numeric", minute: "2-digit" } as const;
const day = { day: "numeric", month: "short" } as const;

/** A day and a time, with the year unless it is the present one. */
export function useZoned() {
  const clock = useClock();
  return useCallback(
    (instant: string, timeZone: string) =>
      clock(instant, timeZone, { ...day, ...(isThisYear(instant) ? {} : { year: "numeric" }), ...minute }),
    [clock],
  );
}

const isThisYear = (instant: string) => instant.startsWith(String(new Date().getUTCFullYear()));

/** A day and a time. A tooltip has it in UTC. */
export function Instant({ at, zone, children }: { at: string; zone: string; children?: ReactNode }) {
  const zoned = useZoned();
  return (
    <time dateTime={at} title={utcText(at)}>
      {children ?? zoned(at, zone)}
    </time>
  );
}

/** For `t.rich`, in texts that contain `<t>{time}</t>`. */
export function useTimed() {
  const zoned = useZoned();
  return useCallback(
    (at: string, zone: string) => ({
      time: zoned(at, zone),
      t: (chunks: ReactNode) => (
        <Instant at={at} zone={zone}>
          {chunks}
        </Instant>
      ),
    }),
    [zoned],
  );
}

/** Names the zone of all times on the screen: the reader's own, unless `zone` names another. */
export function ZoneNote({ zone }: { zone?: string }) {
  const t = useTranslations("zone");
  const cityOf = useCity();
  const own = useViewerZone();
  const shown = zone ?? own ?? "UTC";
  return <p className="text-[0.9rem] text-soft">{t("note", { zone: cityOf(shown) })}</p>;
}

/** The viewer's zone; undefined at their first paint. */
export const useViewerZone = (): string | undefined => useReader().zone;

/**
 * The city of a zone: `Europe/Moscow` → `Moscow`, or `Москва` when the page's language has a name
 * for it. It says UTC when this runtime does not know the zone, whose times are shown in UTC then.
 */
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
