"use client";

import { useTranslations } from "next-intl";
import { useClock } from "@/components/ui/use-zoned";
import type { Calendar } from "@/lib/contract/dispatches/calendar";

const HOUR_MS = 3_600_000;
/** From this percentage on an hour counts as full. */
const FULL = 95;

export interface Hour {
  at: number;
  percent: number;
}

/** The load of each hour of a day: of one operator, or of the busiest one in each hour. */
export function hoursOf({ since, until, days, load }: Calendar, day: string, operator?: string): Hour[] {
  const index = days.findIndex((one) => one.day === day);
  if (index < 0) return [];
  const firstMs = Date.parse(since);
  const fromMs = Date.parse(days[index]!.since);
  const toMs = Date.parse(days[index + 1]?.since ?? until);
  const operators = load.filter(({ id }) => operator === undefined || id === operator);
  return Array.from({ length: Math.round((toMs - fromMs) / HOUR_MS) }, (_, hour) => {
    const at = fromMs + hour * HOUR_MS;
    const place = Math.floor((at - firstMs) / HOUR_MS);
    return { at, percent: Math.max(0, ...operators.map(({ percents }) => percents[place] ?? 0)) };
  });
}

/** The busiest hour; undefined when all are empty. */
export const peakOf = (hours: Hour[]): Hour | undefined =>
  hours.reduce<Hour | undefined>(
    (peak, hour) => (hour.percent > (peak?.percent ?? 0) ? hour : peak),
    undefined,
  );

/** A bar for each hour. An idle day shows the base line, too. */
export function LoadBars({ hours, zone, className }: { hours: Hour[]; zone: string; className: string }) {
  const t = useTranslations("calendar");
  const clock = useClock();
  return (
    <span aria-hidden className={`flex items-end gap-px border-line-strong/60 border-b ${className}`}>
      {hours.map(({ at, percent }) => (
        <span
          key={at}
          className="flex h-full flex-1 items-end"
          {...(percent > 0 && { title: t("hour", { hour: clock(at, zone, wall), percent }) })}
        >
          <span
            className={`w-full rounded-t-[1px] ${percent >= FULL ? "bg-warn" : "bg-accent"}`}
            style={{ height: percent > 0 ? `max(2px, ${percent}%)` : 0 }}
          />
        </span>
      ))}
    </span>
  );
}

export const wall = { hour: "numeric", minute: "2-digit" } as const;

/** The hours of each operator: when it has room, and when it is full. */
export function LoadByOperator({ calendar, day, zone }: { calendar: Calendar; day: string; zone: string }) {
  const t = useTranslations("calendar");
  const clock = useClock();
  if (calendar.load.length === 0) return <p className="text-soft">{t("unlimited")}</p>;
  return (
    <ul className="flex flex-col gap-3">
      {calendar.load.map(({ id, name, rate_per_second: rate }) => {
        const hours = hoursOf(calendar, day, id);
        const peak = peakOf(hours);
        const told = hours
          .filter(({ percent }) => percent > 0)
          .map(({ at, percent }) => t("hour", { hour: clock(at, zone, wall), percent }));
        return (
          <li key={id} className="flex flex-col gap-1">
            <p className="flex flex-wrap items-baseline justify-between gap-x-3">
              <span>
                <span className="font-medium">{name}</span>{" "}
                <span className="text-[0.9rem] text-soft">{t("rate", { rate })}</span>
              </span>
              <span
                className={`text-[0.9rem] ${(peak?.percent ?? 0) >= FULL ? "font-medium text-warn" : "text-soft"}`}
              >
                {peak ? t("peak", { percent: peak.percent, hour: clock(peak.at, zone, wall) }) : t("free")}
              </span>
            </p>
            {told.length > 0 && (
              <p className="sr-only">{t("load_of", { operator: name, hours: told.join(", ") })}</p>
            )}
            <LoadBars hours={hours} zone={zone} className="h-8" />
            <span aria-hidden className="flex justify-between text-[0.8rem] text-soft">
              {hours
                .filter((_, hour) => hour % 6 === 0)
                .map(({ at }) => (
                  <span key={at}>{clock(at, zone, wall)}</span>
                ))}
              <span>{clock(hours.at(-1)!.at + HOUR_MS, zone, wall)}</span>
            </span>
          </li>
        );
      })}
    </ul>
  );
}
