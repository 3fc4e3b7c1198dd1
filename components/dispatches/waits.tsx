"use client";

import { Hourglass } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { Instant, useClock } from "@/components/ui/use-zoned";
import type { Dispatch } from "@/lib/contract/dispatches/dispatch";

const FAULTS = new Set(["breaker", "waiting_for_engine", "stopped", "outdated"]);

/** Why nothing is sent now, and when sending goes on, if known. */
export function Waits({ waits, timezone }: { waits: Dispatch["waits"]; timezone: string }) {
  const t = useTranslations("card");
  const clock = useClock();
  if (waits.length === 0) return null;
  return (
    <ul className="flex flex-col gap-0.5 text-[0.9rem]">
      {waits.map(({ code, detail, until }) => (
        <li key={code} className={`flex items-start gap-1.5 ${FAULTS.has(code) ? "text-warn" : "text-soft"}`}>
          <Hourglass size={13} className="mt-[0.3rem] shrink-0" aria-hidden />
          <span>
            {detail}
            {until && (
              <>
                {" "}
                {t.rich(code === "quiet_hours" ? "goes_on" : "next_try", {
                  time: clock(until, timezone, { timeStyle: code === "quiet_hours" ? "short" : "medium" }),
                  t: (chunks) => (
                    <Instant at={until} zone={timezone}>
                      {chunks}
                    </Instant>
                  ),
                })}
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

const TICK_MS = 20_000;
const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

/**
 * The time until an instant: "in 3 hours". It appears once the page runs, because the time of the
 * server's paint is out of date.
 */
export function TimeUntil({ instant }: { instant: string }) {
  const until = useTimeUntil(instant);
  return until && <span className="whitespace-nowrap">{until}</span>;
}

export function useTimeUntil(instant: string): string | null {
  const format = useFormatter();
  const [now, setNow] = useState<number>();
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  const leftMs = now === undefined ? 0 : Date.parse(instant) - now;
  if (now === undefined || leftMs <= 0) return null;
  const [unit] = UNITS.find(([, ms]) => leftMs >= 1.5 * ms) ?? UNITS[2];
  return format.relativeTime(new Date(instant), { now: new Date(now), unit });
}
