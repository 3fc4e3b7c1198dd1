"use client";

import type { ReactNode } from "react";
import { Area, AreaChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";

interface Props {
  name: string;
  points: { at: number; value: number }[];
  timeText: (at: number) => string;
  /** What stands beside the curve, and where. */
  tickText: (value: number) => string;
  ticks?: number[];
  /** What pointing at the curve tells, and what it is called. */
  valueText: (value: number) => string;
  unit: string;
  color: "accent" | "good";
  /** Its place; else it has a height of its own. */
  className?: string;
  /** What lies behind the curve. */
  children?: ReactNode;
}

/** A curve over the life of a dispatch, and its points as a table for who does not see it. */
export function TimeChart({
  name,
  points,
  timeText,
  tickText,
  ticks,
  valueText,
  unit,
  color,
  className = "h-44",
  children,
}: Props) {
  return (
    <figure aria-label={name} className={className}>
      <ResponsiveContainer width="100%" height="100%">
        <AreaChart data={points} margin={{ top: 6, right: 8, bottom: 0, left: 0 }}>
          <CartesianGrid stroke="var(--line)" vertical={false} />
          <XAxis
            dataKey="at"
            type="number"
            scale="time"
            domain={["dataMin", "dataMax"]}
            tickFormatter={timeText}
            tick={{ fill: "var(--soft)", fontSize: 11 }}
            minTickGap={60}
            axisLine={false}
            tickLine={false}
          />
          {children}
          <YAxis
            width={44}
            domain={ticks && [ticks[0]!, ticks.at(-1)!]}
            ticks={ticks}
            tickFormatter={tickText}
            tick={{ fill: "var(--soft)", fontSize: 11 }}
            axisLine={false}
            tickLine={false}
          />
          <Tooltip
            labelFormatter={(at) => timeText(Number(at))}
            formatter={(value) => [valueText(Number(value)), unit]}
            contentStyle={{
              background: "var(--surface)",
              border: "1px solid var(--line)",
              borderRadius: 8,
              color: "var(--ink)",
            }}
          />
          <Area
            dataKey="value"
            stroke={`var(--${color})`}
            strokeWidth={2}
            fill={`var(--${color})`}
            fillOpacity={0.12}
            isAnimationActive={false}
          />
        </AreaChart>
      </ResponsiveContainer>
      <div className="sr-only">
        <table>
          <caption>{`${name}, ${unit}`}</caption>
          <tbody>
            {points.map(({ at, value }) => (
              <tr key={`${at} ${value}`}>
                <th scope="row">{timeText(at)}</th>
                <td>{valueText(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}
