"use client";

import { getDayOfWeek, parseDate } from "@internationalized/date";
import { useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { type CSSProperties, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Unreadable } from "@/components/dispatches/dispatches-unreadable";
import { useView } from "@/components/dispatches/use-view";
import { calendarOf } from "@/components/dispatches/view";
import { Button } from "@/components/ui/button";
import { useReader } from "@/components/ui/reader";
import { setParams } from "@/components/ui/url";
import { useClock, useViewerZone } from "@/components/ui/use-zoned";
import { monthOf, plusDays, todayIn } from "@/lib/domain/period";
import { calendarQuery } from "@/lib/web/queries";
import { Day } from "./day";
import { DayPanel } from "./day-panel";
import { hoursOf } from "./load";

/** A day has no zone, so we format it in UTC. */
const utc = (day: string) => `${day}T00:00:00Z`;

/** The same day of another month, or the last day of that month. */
function sameDay(day: string, months: number): string {
  const first = monthOf(day, months);
  const last = plusDays(monthOf(first, 1), -1);
  const same = plusDays(first, Number(day.slice(8)) - 1);
  return same.startsWith(first.slice(0, 7)) ? same : last;
}

/**
 * A month of dispatches. A wide screen shows a grid of weeks, a narrow one the days that have
 * something. The open day unfolds below its week. The address has the month and the day.
 */
export function CalendarView() {
  const t = useTranslations("calendar");
  const clock = useClock();
  const { locale } = useReader();
  const zone = useViewerZone() ?? "UTC";
  const view = useView();
  const { month, filter } = calendarOf(view, zone);
  const isNarrowed = Boolean(filter.q || filter.tag || filter.audience || filter.author);
  const read = useQuery(calendarQuery(month, filter));
  const today = todayIn(zone, Date.now());
  const first = `${month}-01`;
  // Format month and year apart: together Russian would add "г."
  const name = `${clock(utc(first), "UTC", { month: "long" })} ${first.slice(0, 4)}`;
  const days = Array.from({ length: 31 }, (_, i) => plusDays(first, i)).filter((day) =>
    day.startsWith(month),
  );
  const before = getDayOfWeek(parseDate(first), locale);
  const opened = days.includes(view.day) ? view.day : "";
  const { list, stop, onKeyDown, setStop } = useDayKeys(days, opened || today);
  const known = new Map(read.data?.days.map((day) => [day.day, day]));
  const isEmpty = read.data?.days.every(({ starts, goes_on }) => starts + goes_on === 0);
  // A phone begins with today. It shows the past days of this month on request.
  const [unfolded, setUnfolded] = useState("");
  const isFolded = days.indexOf(today) > 0 && unfolded !== month;
  const show = (day: string) => setParams(toMonth(day.slice(0, 7), today));
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="flex items-center gap-1.5">
          <Button aria-label={t("previous")} onClick={() => show(monthOf(first, -1))}>
            <ChevronLeft size={16} aria-hidden />
          </Button>
          <Button aria-label={t("next")} onClick={() => show(monthOf(first, 1))}>
            <ChevronRight size={16} aria-hidden />
          </Button>
          <Button
            onClick={() => {
              show(today);
              setStop(today);
            }}
            disabled={month === today.slice(0, 7)}
          >
            {t("today")}
          </Button>
          <h2 aria-live="polite" className="ml-2 text-[1.15rem] first-letter:uppercase">
            {name}
          </h2>
        </div>
        <p className="text-[0.9rem] text-soft">
          {t(isNarrowed ? "legend_all" : "legend")}{" "}
          <span className="inline-flex items-center gap-1 whitespace-nowrap">
            <span aria-hidden className="h-3 w-1.5 rounded-t-[1px] bg-warn" />
            {t("full")}
          </span>
          {read.data && !read.data.is_load_whole && <> {t("partial")}</>}
        </p>
      </div>
      {read.isError && !read.data ? (
        <Unreadable onRetry={() => read.refetch()} />
      ) : (
        <>
          {isEmpty && (
            <p className="rounded-card border border-line border-dashed px-4 py-3 text-center text-soft">
              {t(isNarrowed ? "none_match" : "none", { month: name })}
            </p>
          )}
          <div aria-hidden className="grid grid-cols-7 gap-1.5 text-[0.9rem] text-soft max-lg:hidden">
            {days.slice((7 - before) % 7, ((7 - before) % 7) + 7).map((day) => (
              <span key={day} className="pl-3">
                {clock(utc(day), "UTC", { weekday: "short" })}
              </span>
            ))}
          </div>
          {isFolded && (
            <Button className="self-start lg:hidden" onClick={() => setUnfolded(month)}>
              {t("earlier", { count: days.indexOf(today) })}
            </Button>
          )}
          <ol
            ref={list}
            aria-label={name}
            aria-busy={!read.data}
            onKeyDown={onKeyDown}
            className="grid grid-cols-[minmax(0,1fr)] gap-1.5 lg:grid-cols-7"
          >
            {days.map((day, index) => {
              const week = Math.floor((before + index) / 7);
              return [
                <Day
                  key={day}
                  day={day}
                  name={clock(utc(day), "UTC", { weekday: "long", day: "numeric", month: "long" })}
                  data={known.get(day)}
                  hours={read.data ? hoursOf(read.data, day) : []}
                  zone={zone}
                  isToday={day === today}
                  isPast={day < today}
                  isOpen={day === opened}
                  isStop={day === stop}
                  // The first day begins in the column of its weekday.
                  style={{ ...orderOf(2 * week), ...(index === 0 && { "--column": before + 1 }) }}
                  isFolded={isFolded && day < today}
                  onOpen={() => {
                    setStop(day);
                    setParams({ month, day: day === opened ? null : day });
                  }}
                />,
                day === opened && (
                  <li key="opened" className="lg:order-(--order) lg:col-span-7" style={orderOf(2 * week + 1)}>
                    <DayPanel
                      key={day}
                      day={day}
                      name={clock(utc(day), "UTC", { weekday: "long", day: "numeric", month: "long" })}
                      filter={filter}
                      isNarrowed={isNarrowed}
                      isOpen={day >= today}
                    />
                  </li>
                ),
              ];
            })}
          </ol>
        </>
      )}
    </div>
  );
}

/**
 * The days of a week come before the open day, which unfolds below them. In the narrow list it
 * follows its own day.
 */
const orderOf = (order: number): CSSProperties => ({ "--order": order }) as CSSProperties;

const toMonth = (month: string, today: string) => ({
  month: month === today.slice(0, 7) ? null : month,
  day: null,
});

/**
 * One day is a stop of the Tab key. Arrows move by a day or a week, Home and End within the week,
 * Page Up and Page Down by a month. In the narrow list they move to the next day that is shown.
 */
function useDayKeys(days: string[], preferred: string) {
  const list = useRef<HTMLOListElement>(null);
  const [moved, setStop] = useState("");
  const stop = [moved, preferred].find((day) => days.includes(day)) ?? days[0]!;
  const wanted = useRef("");
  const { locale } = useReader();
  const today = todayIn(useViewerZone() ?? "UTC", Date.now());
  const buttonOf = (day: string) => list.current?.querySelector<HTMLElement>(`[data-day="${day}"]`);
  useEffect(() => {
    // Its month may still be loading.
    if (wanted.current !== stop) return;
    wanted.current = "";
    list.current?.querySelector<HTMLElement>(`[data-day="${stop}"]`)?.focus();
  }, [stop]);

  function onKeyDown(event: KeyboardEvent) {
    const from = (event.target as HTMLElement).dataset.day;
    if (!from || event.ctrlKey || event.metaKey || event.altKey) return;
    const isGrid = getComputedStyle(list.current!).gridTemplateColumns.includes(" ");
    const inWeek = getDayOfWeek(parseDate(from), locale);
    const to = ((): string | undefined => {
      switch (event.key) {
        case "ArrowLeft":
          return next(from, -1);
        case "ArrowRight":
          return next(from, 1);
        case "ArrowUp":
          return next(from, isGrid ? -7 : -1);
        case "ArrowDown":
          return next(from, isGrid ? 7 : 1);
        case "Home":
          return isGrid ? plusDays(from, -inWeek) : undefined;
        case "End":
          return isGrid ? plusDays(from, 6 - inWeek) : undefined;
        case "PageUp":
          return sameDay(from, -1);
        case "PageDown":
          return sameDay(from, 1);
      }
    })();
    if (to === undefined) return;
    event.preventDefault();
    wanted.current = to;
    setStop(to);
    if (!days.includes(to)) setParams(toMonth(to.slice(0, 7), today));
  }

  /** The day that is `step` days later. It skips days that the list does not show. */
  function next(from: string, step: number): string {
    let day = plusDays(from, step);
    while (days.includes(day) && buttonOf(day)?.offsetParent === null) day = plusDays(day, step);
    return day;
  }
  return { list, stop, onKeyDown, setStop };
}
