import { findRecipient, type RecipientRow } from "@/db/audience/recipients";
import { phonePattern } from "@/lib/contract/phone";
import { normalizePhone } from "@/lib/domain/audience/phone";
import { NotFoundError, ValidationError } from "@/lib/domain/errors";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";

export type { RecipientRow };

/**
 * The E.164 form of what a caller wrote: a number of the installation's country, or one with its
 * country code, whose plus may be missing. @returns null when it is none
 */
export const phoneOf = ({ country }: Pick<Context, "country">, text: string): string | null =>
  normalizePhone(text, country) ?? (phonePattern.test(text) ? normalizePhone(`+${text}`) : null);

/**
 * The E.164 form of a phone that a caller looks for.
 * @throws ValidationError when it is none; NotFoundError when it is written like one that nobody
 * can have
 */
export function requirePhone(ctx: Context, text: string): string {
  const phone = phoneOf(ctx, text);
  if (!phone && phonePattern.test(text)) throw new NotFoundError("recipient", text);
  if (!phone) throw new ValidationError([{ pointer: "/phone", code: "phone" }]);
  return phone;
}

/** @throws ValidationError, NotFoundError */
export async function getRecipient(ctx: Context, phoneText: string): Promise<RecipientRow> {
  requireRight(ctx, "audience:read");
  const phone = requirePhone(ctx, phoneText);
  const row = await findRecipient(ctx.db.sql, phone);
  if (!row) throw new NotFoundError("recipient", phone);
  return row;
}
