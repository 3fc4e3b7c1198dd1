import { type InboundRow, type ListedInbound, listInbound } from "@/db/audience/inbound";
import type { ReplyFilterQuery } from "@/lib/contract/sending/inbound";
import { phonePart, phonePrefix } from "@/lib/domain/audience/phone";
import { ValidationError } from "@/lib/domain/errors";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Page, type PageQuery, searchedPage } from "@/lib/services/page";

export type { InboundRow };

/**
 * What people answered, newest first, as `listSuppressions` searches. @throws ValidationError:
 * `phone` is no piece of a number
 */
export async function listReplies(
  ctx: Context,
  { phone, keyword, ...query }: ReplyFilterQuery & PageQuery,
): Promise<Page<ListedInbound>> {
  requireRight(ctx, "audience:read");
  const prefix = phone === undefined ? null : phonePrefix(phone);
  if (phone !== undefined && prefix === null)
    throw new ValidationError([{ pointer: "/phone", code: "phone_fragment" }]);
  const part = phone === undefined ? null : phonePart(phone);
  const filter = { phonePrefix: prefix, phonePart: part, keyword: keyword ?? null };
  return searchedPage(
    query,
    (limit, at) => listInbound(ctx.db.sql, filter, limit, at),
    ({ place }) => place,
  );
}
