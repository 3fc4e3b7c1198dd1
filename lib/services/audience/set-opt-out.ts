import { findRecipient, lockRecipient, type RecipientRow } from "@/db/audience/recipients";
import { suppress, unsuppress } from "@/db/audience/suppressions";
import { transaction } from "@/db/client";
import { NotFoundError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { requirePhone } from "./get-recipient";
import { snapshotRecipient } from "./snapshots";

/**
 * Opts a recipient out, or in again whatever the reason was; repeating it changes nothing. The next claim of every dispatch honours it.
 * @throws ValidationError, NotFoundError
 */
export async function setOptOut(ctx: Context, phoneText: string, out: boolean): Promise<RecipientRow> {
  requireRight(ctx, "audience:write");
  const phone = requirePhone(phoneText);
  return transaction(ctx.db.sql, async (tx) => {
    const known = await lockRecipient(tx, phone);
    if (!known || known.deleted) throw new NotFoundError("recipient", phone);
    const before = (await findRecipient(tx, phone))!;
    // Who was out for another reason has asked for it now as well.
    if (out) await suppress(tx, [phone], "asked", ctx.actor.name);
    else await unsuppress(tx, [phone]);
    if ((before.optedOutAt !== null) === out) return before;
    const after = (await findRecipient(tx, phone))!;
    const action = out ? "recipient.opted_out" : "recipient.opted_in";
    await audit(ctx, tx, action, phone, { before: snapshotRecipient(before), after: snapshotRecipient(after) });
    return after;
  });
}
