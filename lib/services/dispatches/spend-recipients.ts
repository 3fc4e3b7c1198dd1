import type { Tx } from "@/db/client";
import { addSpend, type Payment, readPayment, writePayment } from "@/db/dispatches/daily-spend";
import { countAudienceParts } from "@/db/dispatches/preview";
import { ForbiddenError } from "@/lib/domain/errors";
import { actorKey, type Context } from "@/lib/services/context";

interface Filters {
  operatorNo: number | null;
  tagNo: number | null;
}

/**
 * Holds whoever makes a dispatch to their ceiling of recipients a day, in the transaction that
 * makes it. The audience counts as it is now; what it grows by counts when the dispatch opens
 * ({@link payAtOpening}).
 * @returns what the dispatch was counted for, to be kept with it; null where there is no ceiling
 * @throws ForbiddenError that says the ceiling, what is used and when the day ends
 */
export async function payForNew(ctx: Context, tx: Tx, filters: Filters): Promise<Payment | null> {
  const { dailyRecipientsMax: max } = ctx.actor;
  if (max === null) return null;
  const paid = await audienceOf(tx, filters);
  await spend(ctx, tx, paid);
  return { payer: actorKey(ctx.actor), paid, max };
}

/**
 * The same for an edit: it costs what its filters have now beyond what was counted. From here on
 * the dispatch is on the count of whoever edited it. Who has no ceiling allows the others what they
 * see.
 * @throws ForbiddenError
 */
export async function payForEdit(
  ctx: Context,
  tx: Tx,
  dispatchNo: number,
  filters: Filters,
  before: Filters,
): Promise<void> {
  if (before.operatorNo === filters.operatorNo && before.tagNo === filters.tagNo) return;
  const { dailyRecipientsMax: max } = ctx.actor;
  const known = await readPayment(tx, dispatchNo);
  if (max === null && !known) return;
  const asked = await audienceOf(tx, filters);
  const paid = known ? known.paid : await audienceOf(tx, before);
  if (max !== null) await spend(ctx, tx, Math.max(0, asked - paid));
  const payer = max === null ? known! : { payer: actorKey(ctx.actor), max };
  await writePayment(tx, dispatchNo, { payer: payer.payer, max: payer.max, paid: Math.max(paid, asked) });
}

/** Why a dispatch may not go on: beyond what was counted for it, its audience has `asked` more. */
export interface OverLimit {
  asked: number;
  used: number;
  max: number;
}

/**
 * Counts what has moved into the filter since, on the day of the opening. @returns null when it is
 * within the ceiling
 */
export async function payAtOpening(tx: Tx, dispatchNo: number): Promise<OverLimit | null> {
  const known = await readPayment(tx, dispatchNo);
  if (!known || known.audience <= known.paid) return null;
  const { payer, max, paid, audience } = known;
  const asked = audience - paid;
  const { used, isWithin } = await addSpend(tx, payer, asked, max);
  if (!isWithin) return { asked, used, max };
  await writePayment(tx, dispatchNo, { payer, max, paid: audience });
  return null;
}

/** Counts it for whoever resumes. One without a ceiling allows it. @throws ForbiddenError */
export async function payAtResume(ctx: Context, tx: Tx, dispatchNo: number): Promise<void> {
  const known = await readPayment(tx, dispatchNo);
  if (!known || known.audience <= known.paid) return;
  await spend(ctx, tx, known.audience - known.paid);
  await writePayment(tx, dispatchNo, { ...known, paid: known.audience });
}

/** So many recipients. @throws ForbiddenError */
export async function spend(ctx: Context, tx: Tx, asked: number): Promise<void> {
  const max = ctx.actor.dailyRecipientsMax;
  if (max === null) return;
  const { used, isWithin, resetsAt } = await addSpend(tx, actorKey(ctx.actor), asked, max);
  if (!isWithin) throw new ForbiddenError("daily_recipients", { asked, max, used, resets: resetsAt });
}

async function audienceOf(tx: Tx, { operatorNo, tagNo }: Filters): Promise<number> {
  return (await countAudienceParts(tx, operatorNo, tagNo)).reduce((sum, { count }) => sum + count, 0);
}
