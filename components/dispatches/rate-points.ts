import type { Timeline } from "@/lib/contract/dispatches/timeline";

/**
 * The points of the rate, one for each step. Where nothing was sent, as in a pause, the rate is 0:
 * a line across the gap would claim that something was sent.
 */
export function ratePoints(rate: Timeline["rate"]): { at: number; perSecond: number }[] {
  const sent = rate.map(({ at, accepted }) => ({ at: Date.parse(at), accepted }));
  const stepMs = Math.max(1_000, Math.min(...sent.slice(1).map(({ at }, i) => at - sent[i]!.at)));
  const step = Number.isFinite(stepMs) ? stepMs : 1_000;
  const points: { at: number; perSecond: number }[] = [];
  for (const { at, accepted } of sent) {
    const last = points.at(-1)?.at ?? at - 2 * step;
    if (at - last > 1.5 * step) {
      if (points.length > 0) points.push({ at: last + step, perSecond: 0 });
      if (at - last > 2.5 * step || points.length === 0) points.push({ at: at - step, perSecond: 0 });
    }
    points.push({ at, perSecond: (accepted * 1_000) / step });
  }
  if (points.length > 0) points.push({ at: points.at(-1)!.at + step, perSecond: 0 });
  return points;
}

/** The pauses of a dispatch. The last one may last until now. */
export function pausesOf(events: Timeline["events"], now: number): { from: number; to: number }[] {
  const pauses: { from: number; to: number }[] = [];
  let from: number | undefined;
  for (const { at, action } of events) {
    if (action === "dispatch.paused") from ??= Date.parse(at);
    else if (from !== undefined && /\.(resumed|cancelled|expired|completed)$/.test(action)) {
      pauses.push({ from, to: Date.parse(at) });
      from = undefined;
    }
  }
  if (from !== undefined) pauses.push({ from, to: now });
  return pauses;
}
