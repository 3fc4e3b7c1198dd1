import { type SuppressionRow, suppressionsOf } from "@/db/audience/suppressions";
import { transaction } from "@/db/client";
import { phonePattern } from "@/lib/contract/phone";
import { NotFoundError, ValidationError } from "@/lib/domain/errors";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { deliveriesDue } from "@/lib/services/events";
import { phoneOf } from "./get-recipient";
import { optIn, optOut } from "./opt-out";

/**
 * Opts a number out because its owner asked for it, whether or not a recipient has it. @throws
 * ValidationError
 */
export async function createSuppression(
  ctx: Context,
  input: { phone: string },
): Promise<{ suppression: SuppressionRow; created: boolean }> {
  requireRight(ctx, "audience:write");
  const phone = phoneOf(ctx, input.phone);
  if (!phone) throw new ValidationError([{ pointer: "/phone", code: "phone" }]);
  const { deliveries, ...result } = await transaction(ctx.db.sql, async (tx) => {
    const { isNew: created, deliveries } = await optOut(ctx, tx, phone, "asked", ctx.actor.name);
    const suppressions = await suppressionsOf(tx, phone);
    return { suppression: suppressions.find(({ reason }) => reason === "asked")!, created, deliveries };
  });
  if (deliveries.length > 0) await ctx.announce(deliveriesDue(deliveries));
  return result;
}

/** Takes every opt-out of a number back. @throws ValidationError, NotFoundError */
export async function deleteSuppression(ctx: Context, phoneText: string): Promise<void> {
  requireRight(ctx, "audience:write");
  const phone = phoneOf(ctx, phoneText);
  if (!phone && !phonePattern.test(phoneText))
    throw new ValidationError([{ pointer: "/phone", code: "phone" }]);
  const found = phone && (await transaction(ctx.db.sql, (tx) => optIn(ctx, tx, phone)));
  if (!found) throw new NotFoundError("suppression", phone ?? phoneText);
}
