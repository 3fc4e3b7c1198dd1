import { insertAudit } from "@/db/access/audit";
import { deleteRecipient as deleteRow, findRecipient, lockRecipient } from "@/db/audience/recipients";
import { NotFoundError } from "@/lib/domain/errors";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { requirePhone, toRecipient } from "./get-recipient";

/**
 * Deletes softly: the number and its opt-out survive, so that importing it again does not bring back somebody who had opted out.
 * @throws ValidationError, NotFoundError
 */
export async function deleteRecipient(ctx: Context, phoneText: string): Promise<void> {
  requireRight(ctx, "audience:write");
  const phone = requirePhone(phoneText);
  await ctx.db.sql.begin(async (tx) => {
    const known = await lockRecipient(tx, phone);
    if (!known || known.deleted) throw new NotFoundError("recipient", phone);
    const before = toRecipient((await findRecipient(tx, phone))!);
    await deleteRow(tx, known.no);
    await insertAudit(tx, { actor: ctx.actor, action: "recipient.deleted", subjectType: "recipient", subjectId: phone, before });
  });
}
