"use client";

import { useFormatter, useTranslations } from "next-intl";
import { ReferenceArea } from "recharts";
import { useClock } from "@/components/ui/use-zoned";
import type { Timeline } from "@/lib/contract/dispatches/timeline";
import { pausesOf, ratePoints } from "./rate-points";
import { TimeChart } from "./time-chart";

/** The messages a second that gateways accepted, over the life of a dispatch. */
export default function RateChart({ timeline, timezone }: { timeline: Timeline; timezone: string }) {
  const t = useTranslations("dispatch");
  const format = useFormatter();
  const clock = useClock();
  const points = ratePoints(timeline.rate).map(({ at, perSecond }) => ({ at, value: perSecond }));
  return (
    <TimeChart
      name={t("rate_over_time")}
      points={points}
      timeText={(at) => clock(at, timezone, { timeStyle: "medium" })}
      tickText={(perSecond) => format.number(perSecond)}
      valueText={(perSecond) => format.number(Math.round(perSecond))}
      unit={t("per_second")}
      color="accent"
      className="absolute inset-3"
    >
      {pausesOf(timeline.events, points.at(-1)?.at ?? 0).map(({ from, to }) => (
        <ReferenceArea
          key={from}
          x1={from}
          x2={to}
          ifOverflow="hidden"
          fill="var(--warn-wash)"
          label={{ value: t("pause_band"), fill: "var(--warn)", fontSize: 11, position: "insideTop" }}
        />
      ))}
    </TimeChart>
  );
}
