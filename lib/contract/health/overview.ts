import { z } from "zod";
import { progressSchema, waitsSchema } from "@/lib/contract/dispatches/dispatch";
import { timeZoneSchema } from "@/lib/contract/time-zone";
import { dispatchStatuses } from "@/lib/domain/lifecycle";

/** `timezone`: whose day today is. */
export const overviewQuerySchema = z.strictObject({ timezone: timeZoneSchema.default("UTC") });
export type OverviewQuery = z.output<typeof overviewQuerySchema>;

export const attentionCodes = [
  "sending_stopped",
  "will_not_fit",
  "unknown_outcomes",
  "gateway_refuses",
  "sweep_late",
] as const;
export type AttentionCode = (typeof attentionCodes)[number];

const count = z.int().min(0);
const instant = z.iso.datetime();
const dispatch = z.object({
  id: z.uuid(),
  /** Its name, or the beginning of its text. */
  text: z.string(),
  status: z.enum(dispatchStatuses),
  start_datetime: instant,
  end_datetime: instant,
});

export const overviewSchema = z.object({
  /**
   * What a new installation has already: an operator, somebody to reach, a test that a gateway
   * took. Null as soon as there is a dispatch.
   */
  first_steps: z.object({ operator: z.boolean(), recipients: z.boolean(), test: z.boolean() }).nullable(),
  /** Running and paused, those that end first coming first; at most 100. */
  running: z.array(
    dispatch.extend({
      progress: progressSchema,
      /** Messages that a gateway took, a second, over the last 5 s. */
      rate: z.number(),
      /**
       * At today's rates; null when its end comes first, while nothing is sent, and while a gateway
       * refuses part of it.
       */
      finishes_at: instant.nullable(),
      /** Who would not be reached before its end; null while nothing is sent. */
      not_sent: count.nullable(),
      /** A gateway refuses what goes to some of its operators; it stands still there. */
      is_stalled: z.boolean(),
      /** As of a dispatch: why nothing of it goes out now. */
      waits: waitsSchema,
    }),
  ),
  /** While nothing runs: the newest of those that are over. */
  last: dispatch.extend({ progress: progressSchema }).nullable(),
  /** Those that start within 24 hours; at most 100. */
  upcoming: z.array(dispatch),
  /**
   * What gateways took since midnight, and what became of it. Of a dispatch that began on an
   * earlier day receipts tell no day: what was taken today is split as all of that dispatch is.
   */
  today: z.object({
    since: instant,
    accepted: count,
    delivered: count,
    undelivered: count,
    failed: count,
    unknown: count,
  }),
  /** Each operator's limit and use, in SMS segments a second over the last 5 s. */
  operators: z.array(
    z.object({
      id: z.uuid(),
      code: z.string(),
      name: z.string(),
      rate_per_second: z.number().nullable(),
      in_use: z.number(),
    }),
  ),
  attention: z.array(
    z.object({
      code: z.enum(attentionCodes),
      /** Null where it is of all of them, or of several. */
      dispatch_id: z.uuid().nullable(),
      detail: z.string(),
      /**
       * Of `gateway_refuses`: what one gateway refuses for one reason, and when the first of it is
       * tried again.
       */
      refusal: z
        .object({
          gateway: z.string(),
          reason: z.string(),
          dispatches: count,
          operators: count,
          waiting: count,
          until: instant.nullable(),
        })
        .optional(),
    }),
  ),
});
export type Overview = z.output<typeof overviewSchema>;
