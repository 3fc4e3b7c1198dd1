import type { Tx } from "@/db/client";
import { addSpend } from "@/db/daily-spend";
import { countAudienceParts } from "@/db/preview";
import { ForbiddenError } from "@/lib/domain/errors";
import { actorKey, type Context } from "./context";

interface Filters {
  operatorNo: number | null;
  tagNo: number | null;
}

/**
 * Holds an actor to its ceiling of recipients a day, in the transaction of the change it is for. What counts is the audience as it is now: who
 * moves into it later, or is taken out, changes nothing any more. An edit costs what its new filters have more than the old ones.
 * @param before the filters that were paid for already
 * @throws ForbiddenError that says the ceiling, what is used and when the day ends
 */
export async function spendRecipients(ctx: Context, tx: Tx, filters: Filters, before: Filters | null = null): Promise<void> {
  if (ctx.actor.dailyRecipientsMax === null) return;
  if (before && before.operatorNo === filters.operatorNo && before.tagNo === filters.tagNo) return;
  const paid = before ? await audienceOf(tx, before) : 0;
  await spend(ctx, tx, Math.max(0, (await audienceOf(tx, filters)) - paid));
}

/** The same for so many recipients. @throws ForbiddenError */
export async function spend(ctx: Context, tx: Tx, asked: number): Promise<void> {
  const max = ctx.actor.dailyRecipientsMax;
  if (max === null) return;
  const { used, isWithin, resetsAt } = await addSpend(tx, actorKey(ctx.actor), asked, max);
  if (!isWithin) throw new ForbiddenError("daily_recipients", { asked, max, used, resets: resetsAt });
}

async function audienceOf(tx: Tx, { operatorNo, tagNo }: Filters): Promise<number> {
  return (await countAudienceParts(tx, operatorNo, tagNo)).reduce((sum, { count }) => sum + count, 0);
}
