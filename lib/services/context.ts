import type { Db } from "@/db/client";

/** Who does it: `anonymous` until there is sign-in, `system` for what the house does by itself. */
export interface Actor {
  name: string;
}

/** What the engine is told after a commit. Losing one does no harm: the sweep finds the work in the rows. */
export type Announcement =
  | { name: "dispatch/scheduled"; id?: string; data: { id: string; schedule: string } }
  | { name: "dispatch/rescheduled"; id?: string; data: { id: string; schedule: string } }
  | { name: "dispatch/cancelled"; id?: string; data: { id: string; schedule: string } }
  | { name: "lane/turn.due"; id?: string; data: { lane: number; operator: number } };

/** What every service is given. `now` is a wall clock for things people see; whether something may be sent is decided on the database's clock. */
export interface Context {
  db: Db;
  now: () => Date;
  actor: Actor;
  /** Tells the engine; never throws, may take up to a few seconds. */
  announce: (events: Announcement[]) => Promise<void>;
}
