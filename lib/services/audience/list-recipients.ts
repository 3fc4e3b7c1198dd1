import { resolveOperator } from "@/db/audience/operators";
import {
  type ListedRecipient,
  listRecipients as listRows,
  type RecipientFilter,
} from "@/db/audience/recipients";
import { resolveTags } from "@/db/audience/tags";
import type { RecipientFilterQuery } from "@/lib/contract/audience/recipient";
import { phoneEnd, phonePrefix } from "@/lib/domain/audience/phone";
import { type FieldError, ValidationError } from "@/lib/domain/errors";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Page, type PageQuery, page } from "@/lib/services/page";

/**
 * Newest first; `q` is the beginning of a phone, or its last four digits or more: those who end so
 * come first.
 * @throws ValidationError: an operator or a tag that does not exist, a `q` that begins no number
 */
export async function listRecipients(
  ctx: Context,
  query: RecipientFilterQuery & PageQuery,
): Promise<Page<ListedRecipient>> {
  requireRight(ctx, "audience:read");
  const filter = await recipientFilter(ctx, query);
  return page(
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
  const prefix = query.q === undefined ? null : phonePrefix(query.q);
  if (query.q !== undefined && prefix === null) errors.push({ pointer: "/q", code: "phone_fragment" });
  if (errors.length > 0) throw new ValidationError(errors);
  const end = query.q === undefined ? null : phoneEnd(query.q);
  return { operatorNo: operator?.no ?? null, tagNo: tag?.no ?? null, phonePrefix: prefix, phoneEnd: end };
}
