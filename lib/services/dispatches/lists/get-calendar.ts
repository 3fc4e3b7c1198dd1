import { readSnapshot } from "@/db/client";
import { type DayItem, listDays, listSentHours } from "@/db/dispatches/calendar";
import { listLoad, listRatedOperators, type RatedOperator } from "@/db/dispatches/load";
import type { CalendarQuery } from "@/lib/contract/dispatches/calendar";
import { startOfDay } from "@/lib/domain/days";
import { foresee } from "@/lib/domain/forecast";
import { HOUR_MS, percentOf, shareOfHours } from "@/lib/domain/hourly";
import { SLOT_STRETCH } from "@/lib/domain/pacing";
import { monthOf, plusDays, todayIn } from "@/lib/domain/period";
import { countAll } from "@/lib/services/audience/count-tags";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { lanesOf } from "@/lib/services/dispatches/forecast-load";
import { filterOf } from "./filter-of";

/** How many of a month are foreseen; what starts after them is left out of the load. */
const FORESEEN_MAX = 2_000;

export interface CalendarItem extends Omit<DayItem, "day" | "starts" | "going"> {
  /** Recipients whom it would not reach before its end, at today's rates. */
  notSent: number;
}

export interface CalendarDay {
  /** `2026-11-27` */
  day: string;
  /** When it begins. */
  since: Date;
  starts: number;
  goingOn: number;
  items: CalendarItem[];
}

export interface Calendar {
  /** When the first day begins, and when the last one ends. */
  since: Date;
  until: Date;
  days: CalendarDay[];
  /** Of operators with a rate: how full it is in each hour since the first, in percent. */
  load: (RatedOperator & { percents: number[] })[];
  /** Everything that is planned is in the load. */
  isLoadWhole: boolean;
}

/**
 * A month of dispatches, or one day of it, and how full the operators' rates are by the hour. What
 * was sent comes from counters, what is to come from the forecast. The filter narrows dispatches
 * alone: whoever plans shares the operators with everybody.
 */
export async function getCalendar(ctx: Context, query: CalendarQuery): Promise<Calendar> {
  requireRight(ctx, "read");
  const { timezone = "UTC" } = query;
  const nowMs = ctx.now().getTime();
  const date = query.date ?? todayIn(timezone, nowMs).slice(0, 7);
  // A day's figures are those that it has in its month: both are on one screen.
  const month = daysFrom(monthOf(`${date.slice(0, 7)}-01`), timezone, 31).filter(({ day }) =>
    day.startsWith(date.slice(0, 7)),
  );
  const asked = date.length === 7 ? month : daysFrom(date, timezone, 1);
  const ends = ({ day }: { day: string }) => startOfDay(plusDays(day, 1), timezone);
  const [since, until] = [asked[0]!.since, ends(asked.at(-1)!)];
  const within = { startMs: month[0]!.since.getTime(), endMs: ends(month.at(-1)!).getTime() };
  const read = await readSnapshot(ctx.db.sql, async (tx) => {
    const borders = [...asked.map((one) => one.since), until].map((at) => at.toISOString());
    const { timezone: _, ...filter } = query;
    return {
      items: await listDays(tx, filterOf({ ...filter, timezone }), borders, query.limit),
      operators: await listRatedOperators(tx),
      sent: since.getTime() < nowMs ? await listSentHours(tx, since.toISOString(), until.toISOString()) : [],
      planned: within.endMs > nowMs ? await listLoad(tx, within, null, FORESEEN_MAX) : [],
    };
  });
  const tags = read.planned.filter((row) => row.expected === null).map((row) => row.tagNo);
  const lanes = lanesOf(read.planned, read.operators, await countAll(ctx, tags), nowMs);
  const { dispatches, busy } = foresee(lanes, nowMs);
  const hours = Math.ceil((until.getTime() - since.getTime()) / HOUR_MS);
  return {
    since,
    until,
    days: asked.map(({ day, since }, index) => {
      const items = read.items.filter((item) => item.day === index);
      return {
        ...{ day, since, starts: items[0]?.starts ?? 0, goingOn: items[0]?.going ?? 0 },
        items: items.map(({ day: _, starts: _s, going: _g, ...item }) => ({
          ...item,
          notSent: dispatches.get(item.id)?.notSent ?? 0,
        })),
      };
    }),
    load: read.operators
      .filter(({ rate }) => rate !== null)
      .map((operator) => {
        const shares = shareOfHours(busy.get(operator.no) ?? [], since.getTime(), hours);
        for (const { operatorNo, hour, segments } of read.sent)
          if (operatorNo === operator.no)
            shares[hour]! += (segments * SLOT_STRETCH) / (operator.rate! * (HOUR_MS / 1_000));
        return { ...operator, percents: shares.map(percentOf) };
      }),
    isLoadWhole: read.planned.length < FORESEEN_MAX,
  };
}

function daysFrom(first: string, timezone: string, count: number) {
  return Array.from({ length: count }, (_, i) => plusDays(first, i)).map((day) => ({
    day,
    since: startOfDay(day, timezone),
  }));
}
