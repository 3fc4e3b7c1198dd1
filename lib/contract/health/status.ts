import { z } from "zod";
import { textBy } from "@/lib/contract/text";

export const componentStates = ["ok", "degraded", "down"] as const;
export type ComponentState = (typeof componentStates)[number];

export const componentKinds = [
  "api",
  "database",
  "engine",
  "sweep",
  "sending",
  "gateway",
  "operator",
] as const;
export type ComponentKind = (typeof componentKinds)[number];

/** How many days of history there are. */
export const HISTORY_DAYS = 90;

/** What whoever is on duty wants to know, in the order in which they would look. */
export const statusSchema = z.object({
  /** The worst of the components. */
  state: z.enum(componentStates),
  at: z.iso.datetime(),
  components: z.array(
    z.object({
      kind: z.enum(componentKinds),
      /** Of a gateway or an operator. */
      name: z.string().nullable(),
      state: z.enum(componentStates),
      detail: z.string(),
      /** Since when it is not ok, where that is known. */
      since: z.iso.datetime().nullable(),
      /**
       * Of the last 90 days (UTC) those on which it was watched, the oldest first: seconds in each
       * state. Time in none was watched by nobody.
       */
      history: z.array(z.object({ date: z.iso.date(), ok_s: z.int(), degraded_s: z.int(), down_s: z.int() })),
    }),
  ),
  /** Dispatches that are running; null when the database does not answer. */
  running: z.int().nullable(),
  /** The oldest work that is due and that nobody is doing. */
  oldest_waiting_since: z.iso.datetime().nullable(),
  /** Worker processes that are alive; null when the database does not answer. */
  workers: z.int().nullable(),
});
export type Status = z.output<typeof statusSchema>;

/** Who knows of a part's fault. */
export const acknowledgementSchema = z.object({
  kind: z.enum(componentKinds),
  /** Of a gateway or an operator. */
  name: z.string().nullable(),
  by: z.string(),
  at: z.iso.datetime(),
});
export type Acknowledgement = z.output<typeof acknowledgementSchema>;

export const acknowledgeSchema = z.strictObject({
  kind: z.enum(componentKinds, { error: "unknown_part" }),
  /** Of a gateway or an operator. */
  name: textBy({ max: 200, wrong: () => "unknown_part", tooLong: "unknown_part" })
    .nullable()
    .optional(),
});
export type Acknowledge = z.output<typeof acknowledgeSchema>;
