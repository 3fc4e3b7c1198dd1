"use client";

import { useTranslations } from "next-intl";
import { type CSSProperties, useEffect, useState } from "react";
import { Link } from "@/components/ui/link";
import { useClock, useZoned } from "@/components/ui/use-zoned";
import type { Overview } from "@/lib/contract/health/overview";

const DAY_MS = 86_400_000;
const TICKS = [0, 6, 12, 18, 24];

/** The windows of the next 24 hours, one line each. */
export function Timeline24({ dispatches, timezone }: { dispatches: Overview["upcoming"]; timezone: string }) {
  const t = useTranslations("overview");
  const clock = useClock();
  const zoned = useZoned();
  // Only the browser knows the present time: what the server painted is out of date.
  const [now, setNow] = useState<number>();
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 60_000);
    return () => clearInterval(timer);
  }, []);
  if (dispatches.length === 0)
    return (
      <p className="rounded-card border border-line border-dashed px-4 py-8 text-center text-soft">
        {t("none_next")}
      </p>
    );
  if (now === undefined)
    return (
      <div
        className="rounded-card border border-line bg-surface"
        style={{ height: 46 + Math.min(dispatches.length * 34, 388) }}
      />
    );
  const at = (ms: number) => Math.min(100, Math.max(0, (100 * (ms - now)) / DAY_MS));
  return (
    <div className="overflow-hidden rounded-card border border-line bg-surface px-4 pt-2.5 pb-3">
      <div aria-hidden className="relative mb-1.5 h-5 text-[0.8rem] text-soft">
        {TICKS.map((hours) => (
          <span
            key={hours}
            className="absolute whitespace-nowrap"
            style={{ left: `${(100 * hours) / 24}%`, transform: `translateX(-${(100 * hours) / 24}%)` }}
          >
            {hours === 0
              ? t("now")
              : clock(now + hours * 3_600_000, timezone, { hour: "numeric", minute: "2-digit" })}
          </span>
        ))}
      </div>
      <ul className="flex max-h-96 flex-col gap-1 overflow-y-auto">
        {dispatches.map((dispatch) => {
          const start = at(Date.parse(dispatch.start_datetime));
          const end = at(Date.parse(dispatch.end_datetime));
          const isLate = start > 60;
          return (
            <li key={dispatch.id} className="relative h-[30px] shrink-0">
              <Link
                href={`/dispatches/${dispatch.id}`}
                title={`${dispatch.text} · ${zoned(dispatch.start_datetime, timezone)} – ${zoned(dispatch.end_datetime, timezone)}`}
                className="absolute inset-0 overflow-hidden rounded bg-raised/60 -outline-offset-2 hover:bg-raised"
              >
                <span
                  className="absolute bottom-0 h-1 min-w-1.5 rounded border-accent border-l-[3px] bg-accent sm:h-full sm:bg-accent-wash"
                  style={{ left: `${Math.min(start, 99)}%`, width: `${Math.max(0.8, end - start)}%` }}
                />
                {/* The text has the room beside the window, too: before the start of a late one. On a
                    phone it has the whole line, above the window. */}
                <span
                  className={`absolute inset-y-0 flex items-center px-2.5 max-sm:inset-x-0 ${isLate ? "sm:right-(--beside) sm:left-0 sm:justify-end" : "sm:right-0 sm:left-(--beside)"}`}
                  style={{ "--beside": `${isLate ? 100 - start : start}%` } as CSSProperties}
                >
                  <span className="truncate">{dispatch.text}</span>
                </span>
              </Link>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
