"use client";

import { useFormatter, useTranslations } from "next-intl";
import { useClock } from "@/components/ui/use-zoned";
import type { Timeline } from "@/lib/contract/dispatches/timeline";
import { useShareOf } from "./delivered-share";
import { triedOf } from "./outcomes";
import { TimeChart } from "./time-chart";

const DAY_MS = 86_400_000;
const dayAndTime = { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" } as const;

/** How the share that is known to be delivered grew, of all that were tried in the end. */
export default function DeliveredChart({ timeline, timezone }: { timeline: Timeline; timezone: string }) {
  const t = useTranslations();
  const format = useFormatter();
  const clock = useClock();
  const shareOf = useShareOf();
  const { progress, started_at: start } = timeline.dispatch;
  const tried = triedOf(progress);
  const points = [...(start === null ? [] : [{ at: start, total: 0 }]), ...timeline.delivered].map(
    ({ at, total }) => ({ at: Date.parse(at), value: total }),
  );
  const isLong = points.at(-1)!.at - points[0]!.at >= DAY_MS;
  return (
    <TimeChart
      name={t("dispatch.delivered_over_time")}
      points={points}
      timeText={(at) => clock(at, timezone, isLong ? dayAndTime : { timeStyle: "medium" })}
      tickText={(total) => format.number(total / tried, { style: "percent" })}
      ticks={[0, tried / 2, tried]}
      valueText={(total) => `${shareOf(total, tried)} · ${format.number(total)}`}
      unit={t("outcome.delivered")}
      color="good"
    />
  );
}
