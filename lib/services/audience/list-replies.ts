import { type InboundRow, listInbound } from "@/db/audience/inbound";
import type { ReplyFilterQuery } from "@/lib/contract/sending/inbound";
import { phonePrefix } from "@/lib/domain/audience/phone";
import { ValidationError } from "@/lib/domain/errors";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Page, type PageQuery, page } from "@/lib/services/page";

export type { InboundRow };

/** What people answered, newest first. @throws ValidationError: `phone` begins no number */
export async function listReplies(
  ctx: Context,
  { phone, keyword, ...query }: ReplyFilterQuery & PageQuery,
): Promise<Page<InboundRow>> {
  requireRight(ctx, "audience:read");
  const prefix = phone === undefined ? null : phonePrefix(phone);
  if (phone !== undefined && prefix === null)
    throw new ValidationError([{ pointer: "/phone", code: "phone_fragment" }]);
  const filter = { phonePrefix: prefix, keyword: keyword ?? null };
  return page(query, (limit, before) => listInbound(ctx.db.sql, filter, limit, before));
}
