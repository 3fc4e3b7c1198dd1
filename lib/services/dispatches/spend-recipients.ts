import type { Filters } from "@/db/audience/terms";
import type { Tx } from "@/db/client";
import { addSpend, type Payment, readPayment, writePayment } from "@/db/dispatches/daily-spend";
import { countAudienceParts } from "@/db/dispatches/preview";
import { ForbiddenError } from "@/lib/domain/errors";
import { actorKey, type Context } from "@/lib/services/context";

/**
 * Holds a dispatch's author to the ceiling of recipients a day, in the transaction that makes the
 * dispatch. The audience counts as it is now; its growth counts when the dispatch opens ({@link
 * payAtOpening}).
 * @returns what the dispatch was counted for, to be stored with it; null without a ceiling
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
 * The same for an edit: it costs the recipients that its filters have now beyond those counted.
 * From here on the dispatch is on the editor's count. An editor without a ceiling allows the whole
 * audience.
 * @throws ForbiddenError
 */
export async function payForEdit(
  ctx: Context,
  tx: Tx,
  dispatchNo: number,
  filters: Filters,
  before: Filters,
): Promise<void> {
  if (isSame(before, filters)) return;
  const { dailyRecipientsMax: max } = ctx.actor;
  const known = await readPayment(tx, dispatchNo);
  if (max === null && !known) return;
  const asked = await audienceOf(tx, filters);
  const paid = known ? known.paid : await audienceOf(tx, before);
  if (max !== null) await spend(ctx, tx, Math.max(0, asked - paid));
  const payer = max === null ? known! : { payer: actorKey(ctx.actor), max };
  await writePayment(tx, dispatchNo, { payer: payer.payer, max: payer.max, paid: Math.max(paid, asked) });
}

/** Why a dispatch may not go on: its audience has `asked` more than was counted for it. */
export interface OverLimit {
  asked: number;
  used: number;
  max: number;
}

/**
 * Counts recipients who have moved into the filter since, on the day of the opening.
 * @returns null within the ceiling
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

/**
 * Counts the growth for the user who resumes. A user without a ceiling allows it. @throws
 * ForbiddenError
 */
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

async function audienceOf(tx: Tx, { operatorNo, tagNo, terms }: Filters): Promise<number> {
  const parts = await countAudienceParts(tx, { operatorNo, tagNo, terms });
  return parts.reduce((sum, { count }) => sum + count, 0);
}

const isSame = (a: Filters, b: Filters) =>
  a.operatorNo === b.operatorNo && a.tagNo === b.tagNo && JSON.stringify(a.terms) === JSON.stringify(b.terms);
