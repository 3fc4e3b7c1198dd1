"use client";

import { useFormatter, useTranslations } from "next-intl";
import {
  Area,
  AreaChart,
  CartesianGrid,
  ReferenceArea,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { useClock } from "@/components/ui/use-zoned";
import type { Timeline } from "@/lib/contract/dispatches/timeline";
import { pausesOf, ratePoints } from "./rate-points";

/** The messages a second that gateways accepted, over the life of a dispatch. */
export default function RateChart({ timeline, timezone }: { timeline: Timeline; timezone: string }) {
  const t = useTranslations("dispatch");
  const format = useFormatter();
  const points = ratePoints(timeline.rate);
  const clock = useClock();
  const timeOf = (at: number) => clock(at, timezone, { timeStyle: "medium" });
  return (
    <figure aria-label={t("rate_over_time")} className="h-44">
      <ResponsiveContainer width="100%" height="100%">
        <AreaChart data={points} margin={{ top: 6, right: 8, bottom: 0, left: 0 }}>
          <CartesianGrid stroke="var(--line)" vertical={false} />
          <XAxis
            dataKey="at"
            type="number"
            scale="time"
            domain={["dataMin", "dataMax"]}
            tickFormatter={(at: number) => timeOf(at)}
            tick={{ fill: "var(--soft)", fontSize: 11 }}
            minTickGap={60}
            axisLine={false}
            tickLine={false}
          />
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
          <YAxis
            width={44}
            tickFormatter={(perSecond: number) => format.number(perSecond)}
            tick={{ fill: "var(--soft)", fontSize: 11 }}
            axisLine={false}
            tickLine={false}
          />
          <Tooltip
            labelFormatter={(at) => timeOf(Number(at))}
            formatter={(value) => [format.number(Math.round(Number(value))), t("per_second")]}
            contentStyle={{
              background: "var(--surface)",
              border: "1px solid var(--line)",
              borderRadius: 8,
              color: "var(--ink)",
            }}
          />
          <Area
            dataKey="perSecond"
            stroke="var(--accent)"
            strokeWidth={2}
            fill="var(--accent-wash)"
            isAnimationActive={false}
          />
        </AreaChart>
      </ResponsiveContainer>
    </figure>
  );
}
