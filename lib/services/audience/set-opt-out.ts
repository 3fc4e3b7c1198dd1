import { findRecipient, lockRecipient, type RecipientRow } from "@/db/audience/recipients";
import { transaction } from "@/db/client";
import { NotFoundError } from "@/lib/domain/errors";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { deliveriesDue } from "@/lib/services/events";
import { requirePhone } from "./get-recipient";
import { optIn, optOut } from "./opt-out";

/**
 * Opts a recipient out, or in again whatever the reason was; repeating it changes nothing. What is
 * not written yet of every dispatch honours it.
 * @throws ValidationError, NotFoundError
 */
export async function setOptOut(ctx: Context, phoneText: string, out: boolean): Promise<RecipientRow> {
  requireRight(ctx, "audience:write");
  const phone = requirePhone(ctx, phoneText);
  const { recipient, deliveries } = await transaction(ctx.db.sql, async (tx) => {
    const known = await lockRecipient(tx, phone);
    if (!known || known.deleted) throw new NotFoundError("recipient", phone);
    // Who was out for another reason has asked for it now as well.
    const told = out ? (await optOut(ctx, tx, phone, "asked", ctx.actor.name)).deliveries : [];
    if (!out) await optIn(ctx, tx, phone);
    return { recipient: (await findRecipient(tx, phone))!, deliveries: told };
  });
  if (deliveries.length > 0) await ctx.announce(deliveriesDue(deliveries));
  return recipient;
}
