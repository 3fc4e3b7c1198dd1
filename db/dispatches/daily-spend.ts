import { readTerms } from "@/db/audience/terms";
import type { Tx } from "@/db/client";
import { countMatching, isReachable } from "@/db/sending/audience";

export interface Spend {
  /** Before this one. */
  used: number;
  isWithin: boolean;
  /** When the day ends. ISO. */
  resetsAt: string;
}

/**
 * Adds recipients to an actor's count of today (UTC, the database's clock), unless the count would
 * exceed `max`. Parallel calls wait for one another at the row: together they cannot exceed it.
 */
export async function addSpend(tx: Tx, actor: string, recipients: number, max: number): Promise<Spend> {
  const [row] = await tx<{ day: string; used: number; resetsAt: string }[]>`
    insert into daily_spend as s (actor, day, recipients)
    values (${actor}, (clock_now() at time zone 'UTC')::date, 0)
    on conflict (actor, day) do update set recipients = s.recipients
    returning day::text as day, recipients::float8 as used,
      to_char(day + 1, 'YYYY-MM-DD"T00:00:00Z"') as "resetsAt"`;
  const { day, used, resetsAt } = row!;
  const isWithin = used + recipients <= max;
  if (isWithin)
    await tx`
      update daily_spend set recipients = recipients + ${recipients}::bigint
      where actor = ${actor} and day = ${day}::date`;
  return { used, isWithin, resetsAt };
}

/** The actor on whose daily count a dispatch is, and for how many recipients. */
export interface Payment {
  payer: string;
  paid: number;
  max: number;
}

export async function writePayment(tx: Tx, dispatchNo: number, { payer, paid, max }: Payment): Promise<void> {
  await tx`
    update dispatches
    set payer = ${payer}, recipients_paid = ${paid}::bigint, recipients_max = ${max}::bigint
    where no = ${dispatchNo}`;
}

/**
 * How many were counted, and how many recipients match now; those who came after the opening do not
 * count.
 * @returns undefined when the dispatch is on no count
 */
export async function readPayment(
  tx: Tx,
  dispatchNo: number,
): Promise<(Payment & { audience: number }) | undefined> {
  const terms = await readTerms(tx, { dispatchNo });
  const [row] = await tx<(Payment & { audience: number })[]>`
    select d.payer, d.recipients_paid::float8 as paid, d.recipients_max::float8 as max,
      (${countMatching(tx, isReachable(tx), terms)})::float8 as audience
    from dispatches d where d.no = ${dispatchNo} and d.payer is not null`;
  return row;
}
