/**
 * Events that services send to the engine after a commit. A lost event does no harm: the sweep
 * finds the work in the rows.
 */
export type Announcement =
  | { name: "dispatch/scheduled"; id?: string; ts?: number; data: { id: string; schedule: string } }
  | { name: "dispatch/rescheduled"; id?: string; data: { id: string; schedule: string } }
  | { name: "dispatch/cancelled"; id?: string; data: { id: string; schedule: string } }
  | { name: "lane/turn.due"; id?: string; data: { lane: number; operator: number } }
  | { name: "webhook/delivery.due"; id?: string; data: { id: string; webhook: number } };

/** An edition of a dispatch. */
interface Edition {
  id: string;
  version: number;
}

/** An engine keeps what is to come for 366 days at most; a start may be ten years ahead. */
const AHEAD_MS_MAX = 360 * 86_400_000;

/** Names an edition: by it the engine cancels the run of that edition and no other. */
export const scheduleId = ({ id, version }: Edition): string => `${id}:${version}`;

const ofEdition = (edition: Edition) => ({ id: edition.id, schedule: scheduleId(edition) });

export const versionOf = (schedule: string): number => Number(schedule.slice(schedule.lastIndexOf(":") + 1));

/**
 * An edition of a dispatch has a start. The engine begins the run of a future event at its time, so
 * no run sleeps until the start; where the engine's clock is ahead of the database's, the run
 * sleeps for the rest.
 * @param startMs when it starts; absent: it is due
 */
export function scheduled(
  { startMs = 0, ...edition }: Edition & { startMs?: number },
  nowMs = 0,
): Announcement {
  const data = ofEdition(edition);
  return startMs > nowMs
    ? { name: "dispatch/scheduled", ts: Math.min(startMs, nowMs + AHEAD_MS_MAX), data }
    : { name: "dispatch/scheduled", data };
}

/** An edition has been replaced: the engine ends its run. */
export const rescheduled = (edition: Edition): Announcement => ({
  name: "dispatch/rescheduled",
  data: ofEdition(edition),
});

export const cancelled = (edition: Edition): Announcement => ({
  name: "dispatch/cancelled",
  data: ofEdition(edition),
});

/** Wakes lanes. The engine swallows a repeated id for a day, so these have none. */
export const wakeLanes = (lanes: { lane: number; operator: number }[]): Announcement[] =>
  lanes.map((data) => ({ name: "lane/turn.due", data }));

/** Deliveries of webhooks are due. The sweep finds those that the engine does not hear of. */
export const deliveriesDue = (deliveries: { id: string; webhook: number }[]): Announcement[] =>
  deliveries.map((data) => ({ name: "webhook/delivery.due", data }));
