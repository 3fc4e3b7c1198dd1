import { resolveOperator } from "@/db/audience/operators";
import {
  type ListedRecipient,
  listRecipients as listRows,
  type RecipientFilter,
} from "@/db/audience/recipients";
import { resolveTags } from "@/db/audience/tags";
import type { RecipientFilterQuery } from "@/lib/contract/audience/recipient";
import { phoneEnd, phonePart, phonePrefix } from "@/lib/domain/audience/phone";
import { type FieldError, ValidationError } from "@/lib/domain/errors";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Page, type PageQuery, searchedPage } from "@/lib/services/page";

/**
 * Newest first; `q` is a part of a phone or of what an attribute says. Those whose phone ends so
 * come first, then those whose phone begins so. The others are searched for a bounded time: a page
 * may be short although more follow.
 * @throws ValidationError: an operator or a tag that does not exist
 */
export async function listRecipients(
  ctx: Context,
  query: RecipientFilterQuery & PageQuery,
): Promise<Page<ListedRecipient>> {
  requireRight(ctx, "audience:read");
  const filter = await recipientFilter(ctx, query);
  return searchedPage(
    query,
    (limit, before) => listRows(ctx.db.sql, filter, limit, before),
    ({ place }) => place,
  );
}

/** @throws ValidationError, see {@link listRecipients} */
export async function recipientFilter(ctx: Context, query: RecipientFilterQuery): Promise<RecipientFilter> {
  const errors: FieldError[] = [];
  const operator = query.operator === undefined ? null : await resolveOperator(ctx.db.sql, query.operator);
  if (operator === undefined)
    errors.push({ pointer: "/operator", code: "unknown_operator", params: { value: query.operator! } });
  const [tag] = query.tag === undefined ? [null] : await resolveTags(ctx.db.sql, [query.tag]);
  if (tag === undefined) errors.push({ pointer: "/tag", code: "unknown_tag", params: { value: query.tag! } });
  if (errors.length > 0) throw new ValidationError(errors);
  const q = query.q?.trim() || undefined;
  return {
    operatorNo: operator?.no ?? null,
    tagNo: tag?.no ?? null,
    phonePrefix: q === undefined ? null : phonePrefix(q),
    phoneEnd: q === undefined ? null : phoneEnd(q),
    phonePart: q === undefined ? null : phonePart(q),
    attributePart: q ?? null,
  };
}
