import { deleteRecipient as deleteRow, findRecipient, lockRecipient } from "@/db/audience/recipients";
import { transaction } from "@/db/client";
import { NotFoundError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { requirePhone } from "./get-recipient";
import { snapshotRecipient } from "./snapshots";

/**
 * Deletes softly: the number and its opt-out survive, so that importing it again does not bring
 * back somebody who had opted out.
 * @throws ValidationError, NotFoundError
 */
export async function deleteRecipient(ctx: Context, phoneText: string): Promise<void> {
  requireRight(ctx, "audience:write");
  const phone = requirePhone(ctx, phoneText);
  await transaction(ctx.db.sql, async (tx) => {
    const known = await lockRecipient(tx, phone);
    if (!known || known.deleted) throw new NotFoundError("recipient", phone);
    const before = snapshotRecipient((await findRecipient(tx, phone))!);
    await deleteRow(tx, known.no);
    await audit(ctx, tx, "recipient.deleted", phone, { before });
  });
}
