"use client";

import { TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import type { CSSProperties } from "react";
import { StatusIcon } from "@/components/dispatches/status-badge";
import { Link } from "@/components/ui/link";
import { useClock } from "@/components/ui/use-zoned";
import type { CalendarDay, CalendarItem } from "@/lib/contract/dispatches/calendar";
import { type Hour, LoadBars, peakOf, wall } from "./load";

interface DayProps {
  day: string;
  /** The date in words. */
  name: string;
  /** Undefined while it is loading. */
  data: CalendarDay | undefined;
  hours: Hour[];
  zone: string;
  isToday: boolean;
  isPast: boolean;
  isOpen: boolean;
  isStop: boolean;
  /** Its position in the grid. */
  style: CSSProperties;
  /** The narrow list does not show it now. */
  isFolded: boolean;
  onOpen: () => void;
}

/**
 * The square of a day. A pointer can use the links to its dispatches; with the keyboard one opens
 * the day, which lists them again.
 */
export function Day(props: DayProps) {
  const { day, name, data, hours, zone, isToday, isPast, isOpen, isStop, isFolded, style, onOpen } = props;
  const t = useTranslations("calendar");
  const clock = useClock();
  const count = data ? data.starts + data.goes_on : 0;
  const peak = peakOf(hours);
  const told = [
    t("day", { day: name, count }),
    ...(peak ? [t("peak", { percent: peak.percent, hour: clock(peak.at, zone, wall) })] : []),
  ].join(", ");
  const isListed = isOpen || (!isFolded && (count > 0 || peak !== undefined || isToday || isStop));
  return (
    <li
      style={style}
      className={`relative flex min-w-0 flex-col gap-1.5 rounded-card border p-2 lg:order-(--order) lg:col-start-(--column,auto) lg:min-h-32 ${isListed ? "" : "max-lg:hidden"} ${isOpen ? "border-accent" : "border-line"} ${isPast ? "bg-ground" : "bg-surface"} hover:border-line-strong`}
    >
      <button
        type="button"
        data-day={day}
        tabIndex={isStop ? 0 : -1}
        aria-expanded={isOpen}
        aria-current={isToday ? "date" : undefined}
        aria-label={told}
        onClick={onOpen}
        className="flex items-center justify-between gap-2 rounded text-left after:absolute after:inset-0"
      >
        <span
          className={`font-medium lg:grid lg:h-6 lg:min-w-6 lg:place-items-center lg:rounded-full ${isToday ? "text-accent lg:bg-accent lg:px-1.5 lg:text-accent-ink" : isPast ? "text-soft" : ""}`}
        >
          <span className="max-lg:hidden">{Number(day.slice(8))}</span>
          <span className="block first-letter:uppercase lg:hidden">{name}</span>
        </span>
        {count > 0 && <span className="text-[0.85rem] text-soft">{count}</span>}
      </button>
      <LoadBars hours={hours} zone={zone} className="pointer-events-none h-5 lg:order-last lg:mt-auto" />
      {data && (
        <ul className={`flex min-w-0 flex-col gap-0.5 ${isOpen ? "max-lg:hidden" : ""}`}>
          {data.items.map((item) => (
            <li key={item.id} className="min-w-0">
              <Item item={item} zone={zone} />
            </li>
          ))}
        </ul>
      )}
      {data && count > data.items.length && (
        <span className={`text-[0.85rem] text-soft ${isOpen ? "max-lg:hidden" : ""}`}>
          {t("more", { count: count - data.items.length })}
        </span>
      )}
    </li>
  );
}

function Item({ item, zone }: { item: CalendarItem; zone: string }) {
  const clock = useClock();
  const isOff = item.status === "cancelled";
  const text = item.name ?? item.message_text;
  return (
    <Link
      href={`/dispatches/${item.id}`}
      prefetch={false}
      tabIndex={-1}
      title={text}
      className={`relative z-10 flex min-w-0 items-center gap-1 rounded text-[0.85rem] hover:underline ${isOff ? "text-soft line-through" : ""}`}
    >
      <StatusIcon status={item.status} />
      <span className="shrink-0 text-soft">
        {item.goes_on ? "…" : clock(item.start_datetime, zone, wall)}
      </span>
      <span className="truncate">{text}</span>
      {item.not_sent > 0 && <TriangleAlert size={12} aria-hidden className="ml-auto shrink-0 text-warn" />}
    </Link>
  );
}
