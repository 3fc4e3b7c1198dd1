import { z } from "zod";

export const componentStates = ["ok", "degraded", "down"] as const;
export type ComponentState = (typeof componentStates)[number];

/** What whoever is on duty wants to know, in the order in which they would look. */
export const statusSchema = z.object({
  /** The worst of the components. */
  state: z.enum(componentStates),
  at: z.iso.datetime(),
  components: z.array(
    z.object({
      kind: z.enum(["api", "database", "engine", "sweep", "sending", "gateway", "operator"]),
      /** Of a gateway or an operator. */
      name: z.string().nullable(),
      state: z.enum(componentStates),
      detail: z.string(),
      /** Since when it is not ok, where that is known. */
      since: z.iso.datetime().nullable(),
    }),
  ),
  /** Dispatches that are running; null when the database does not answer. */
  running: z.int().nullable(),
  /** The oldest work that is due and that nobody is doing. */
  oldest_waiting_since: z.iso.datetime().nullable(),
});
export type Status = z.output<typeof statusSchema>;
