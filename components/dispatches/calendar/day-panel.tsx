"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { Unreadable } from "@/components/dispatches/dispatches-unreadable";
import { StatusBadge } from "@/components/dispatches/status-badge";
import { useMay } from "@/components/shell/me";
import { ButtonLink } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { Skeleton } from "@/components/ui/skeleton";
import { useClock, useZoned } from "@/components/ui/use-zoned";
import type { CalendarItem } from "@/lib/contract/dispatches/calendar";
import { calendarQuery } from "@/lib/web/queries";
import { LoadByOperator, wall } from "./load";

interface DayPanelProps {
  day: string;
  /** The date in words. */
  name: string;
  filter: Parameters<typeof calendarQuery>[1];
  isNarrowed: boolean;
  /** A dispatch can still be planned for this day. */
  isOpen: boolean;
}

/** A day in full: what starts, what goes on, and how full each operator is by the hour. */
export function DayPanel({ day, name, filter, isNarrowed, isOpen }: DayPanelProps) {
  const t = useTranslations("calendar");
  const mayWrite = useMay("dispatches:write");
  const zone = filter.timezone;
  const read = useQuery(calendarQuery(day, filter));
  const shown = read.data?.days[0];
  if (read.isError && !read.data) return <Unreadable onRetry={() => read.refetch()} />;
  return (
    <section
      aria-label={name}
      className="flex flex-col gap-4 rounded-card border border-accent/60 bg-surface p-4 shadow-card"
    >
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h3 className="font-semibold first-letter:uppercase">{name}</h3>
        {mayWrite && isOpen && (
          <ButtonLink href={`/dispatches/new?day=${day}`} prefetch={false}>
            <Plus size={15} aria-hidden />
            {t("new_on")}
          </ButtonLink>
        )}
      </div>
      {!read.data || !shown ? (
        <Skeleton className="h-48 max-lg:h-[36rem]" />
      ) : (
        <div className="grid gap-x-8 gap-y-5 xl:grid-cols-[minmax(0,1fr)_24rem]">
          <div className="flex min-w-0 flex-col gap-2">
            {shown.items.length === 0 ? (
              <p className="rounded-md border border-line border-dashed px-4 py-8 text-center text-soft">
                {t(isNarrowed ? "none_on_match" : "none_on")}
              </p>
            ) : (
              <ul className="flex flex-col">
                {shown.items.map((item) => (
                  <li key={item.id} className="border-line border-b last:border-0">
                    <OpenedItem item={item} zone={zone} />
                  </li>
                ))}
              </ul>
            )}
            {shown.starts + shown.goes_on > shown.items.length && (
              <Link
                href={`/dispatches?${new URLSearchParams({ view: "table", sort: "start", period: `${day}..${day}`, ...asked(filter) })}`}
                prefetch={false}
                className="py-1 text-accent underline underline-offset-4"
              >
                {t("all_on", { count: shown.starts })}
              </Link>
            )}
          </div>
          <section aria-label={`${t("load")}, ${name}`} className="flex min-w-0 flex-col gap-3">
            <h4 className="font-medium text-soft">{t("load")}</h4>
            <LoadByOperator calendar={read.data} day={day} zone={zone} />
          </section>
        </div>
      )}
    </section>
  );
}

/** The filter, as the address of the table writes it. */
function asked({ timezone: _, ...filter }: DayPanelProps["filter"]): Record<string, string> {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ""));
}

function OpenedItem({ item, zone }: { item: CalendarItem; zone: string }) {
  const t = useTranslations("calendar");
  const clock = useClock();
  const zoned = useZoned();
  const dayOf = (at: string) => clock(at, zone, { dateStyle: "short" });
  const isOneDay = dayOf(item.start_datetime) === dayOf(item.until);
  const write = (at: string) => (isOneDay ? clock(at, zone, wall) : zoned(at, zone));
  return (
    <div className="relative flex flex-col gap-x-4 gap-y-0.5 py-2 hover:bg-raised sm:px-2">
      <div className="flex flex-wrap items-center justify-between gap-x-4">
        <span className="whitespace-nowrap text-[0.9rem] text-soft">
          {write(item.start_datetime)} – {write(item.until)}
        </span>
        <StatusBadge status={item.status} />
      </div>
      <Link
        href={`/dispatches/${item.id}`}
        prefetch={false}
        className="line-clamp-2 font-medium after:absolute after:inset-0"
      >
        {item.name ?? item.message_text}
      </Link>
      {item.audience !== null && (
        <span className="text-[0.9rem] text-soft">{t("recipients", { count: item.audience })}</span>
      )}
      {item.not_sent > 0 && (
        <span className="flex items-center gap-1.5 text-[0.9rem] text-warn">
          <TriangleAlert size={14} aria-hidden className="shrink-0" />
          {t("not_sent", { count: item.not_sent })}
        </span>
      )}
    </div>
  );
}
