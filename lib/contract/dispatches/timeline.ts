import { z } from "zod";
import { costSchema } from "./cost";
import { dispatchSchema, progressSchema } from "./dispatch";

const instant = z.iso.datetime();

/** Why a lane is not faster. */
export const laneReasons = [
  "paced",
  "unlimited",
  "operator_shared",
  "breaker",
  "stopped",
  "paused",
  "outside_window",
  "outdated",
  "waiting_for_engine",
  "retries",
  "quiet_hours",
  "clock",
  "drained",
  "closed",
] as const;

export const timelineSchema = z.object({
  /** The dispatch, read in the same moment: what its lanes count adds up to what it counts. */
  dispatch: dispatchSchema,
  /** What happened, oldest first. */
  events: z.array(z.object({ at: instant, actor: z.string(), action: z.string(), detail: z.string() })),
  /** One an operator: how far it is, and why it is not faster. */
  lanes: z.array(
    z.object({
      operator: z.object({
        id: z.uuid(),
        code: z.string(),
        name: z.string(),
        rate_per_second: z.number().nullable(),
      }),
      /**
       * `remaining`: who has no message yet. Of several operators it is an estimate; it adds up to
       * what remains of the dispatch.
       */
      progress: progressSchema.omit({ audience: true }),
      /** SMS segments a second, over the last 5 s. */
      rate: z.number(),
      reason: z.object({ code: z.enum(laneReasons), detail: z.string(), until: instant.nullable() }),
    }),
  ),
  /**
   * Of all that gateways took, by the prices when it began. Null before the start, and where texts
   * had placeholders and are not kept any more.
   */
  cost: costSchema.nullable(),
  /** Messages that a gateway took, by time. */
  rate: z.array(z.object({ at: instant, accepted: z.int() })),
  /**
   * How many messages receipts had called delivered by then, oldest first, in at most 100 points.
   * In the first hour they are 10 s apart or more, in the first day 5 min, later an hour. The last
   * is what the dispatch counts. Empty: no receipt said so, or messages are not kept any more.
   */
  delivered: z.array(z.object({ at: instant, total: z.int() })),
  /** What went wrong, by code. */
  failures: z.array(z.object({ outcome: z.string(), code: z.string(), count: z.int() })),
});
export type Timeline = z.output<typeof timelineSchema>;
export type LaneReason = (typeof laneReasons)[number];
