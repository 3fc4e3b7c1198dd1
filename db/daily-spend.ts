import type { Tx } from "./client";

export interface Spend {
  /** Before this one. */
  used: number;
  isWithin: boolean;
  /** When the day ends. ISO. */
  resetsAt: string;
}

/**
 * Adds recipients to what an actor's dispatches of today (UTC, the database's clock) are counted to have, unless that would be more than
 * `max`. Those who ask at once wait for one another at the row: together they cannot exceed it.
 */
export async function addSpend(tx: Tx, actor: string, recipients: number, max: number): Promise<Spend> {
  const [row] = await tx<{ day: string; used: number; resetsAt: string }[]>`
    insert into daily_spend as s (actor, day, recipients) values (${actor}, (clock_now() at time zone 'UTC')::date, 0)
    on conflict (actor, day) do update set recipients = s.recipients
    returning day::text as day, recipients::float8 as used, to_char(day + 1, 'YYYY-MM-DD"T00:00:00Z"') as "resetsAt"`;
  const { day, used, resetsAt } = row!;
  const isWithin = used + recipients <= max;
  if (isWithin)
    await tx`update daily_spend set recipients = recipients + ${recipients}::bigint where actor = ${actor} and day = ${day}::date`;
  return { used, isWithin, resetsAt };
}
