"use client";

import type { Hours } from "@/lib/domain/daily-hours";
import { rangesBetween } from "@/lib/domain/hours";

interface ClosedHoursProps {
  local: Hours | null;
  quiet: Hours | null;
  timezone: string;
  /** The window, in milliseconds since the epoch. */
  from: number;
  to: number;
}

/** More of them than a strip has pixels for. */
const RANGES_MAX = 200;

/** Shades the parts of a window in which hours let nothing out, by the clock of one zone. */
export default function ClosedHours({ local, quiet, timezone, from, to }: ClosedHoursProps) {
  const open = rangesBetween({ local, quiet }, timezone, from, to, RANGES_MAX);
  const closed = [...open, { fromMs: to, toMs: to }]
    .map(({ fromMs }, index) => ({ begins: open[index - 1]?.toMs ?? from, ends: fromMs }))
    .filter(({ begins, ends }) => ends > begins);
  const share = (ms: number) => `${(100 * ms) / Math.max(1, to - from)}%`;
  return closed.map(({ begins, ends }) => (
    <span
      key={begins}
      data-closed
      className="absolute inset-y-0 bg-[repeating-linear-gradient(135deg,var(--line-strong)_0_2px,transparent_2px_4px)]"
      style={{ left: share(begins - from), width: share(ends - begins) }}
    />
  ));
}
