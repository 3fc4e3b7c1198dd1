import { findRecipient, type RecipientRow } from "@/db/audience/recipients";
import type { Recipient } from "@/lib/contract/audience/recipient";
import { phonePattern } from "@/lib/contract/phone";
import { NotFoundError, ValidationError } from "@/lib/domain/errors";
import { normalizePhone } from "@/lib/domain/phone";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";

export function toRecipient(row: RecipientRow): Recipient {
  return {
    phone: row.phone,
    operator: row.operator,
    tags: row.tags,
    timezone: row.timezone,
    attributes: row.attributes,
    opted_out_at: row.optedOutAt?.toISOString() ?? null,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}

/**
 * The E.164 form of a phone that a caller looks for.
 * @throws ValidationError when it is none; NotFoundError when it is written like one that nobody can have
 */
export function requirePhone(text: string): string {
  const phone = normalizePhone(text);
  if (!phone && phonePattern.test(text)) throw new NotFoundError("recipient", text);
  if (!phone) throw new ValidationError([{ pointer: "/phone", code: "phone" }]);
  return phone;
}

/** @throws ValidationError, NotFoundError */
export async function getRecipient(ctx: Context, phoneText: string): Promise<Recipient> {
  requireRight(ctx, "audience:read");
  const phone = requirePhone(phoneText);
  const row = await findRecipient(ctx.db.sql, phone);
  if (!row) throw new NotFoundError("recipient", phone);
  return toRecipient(row);
}
