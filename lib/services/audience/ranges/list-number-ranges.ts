import { currentLoad, pageRanges, type RangeRow, rangeOf } from "@/db/audience/number-ranges";
import type { NumberRangeListQuery } from "@/lib/contract/audience/number-range";
import { phonePattern } from "@/lib/contract/phone";
import { ValidationError } from "@/lib/domain/errors";
import { phoneOf } from "@/lib/services/audience/get-recipient";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Page, page } from "@/lib/services/page";

export type { RangeRow } from "@/db/audience/number-ranges";

/**
 * The ranges that hold, in the order of their numbers; of a phone, the one that it is in.
 * @throws ValidationError when that is no number
 */
export async function listNumberRanges(ctx: Context, query: NumberRangeListQuery): Promise<Page<RangeRow>> {
  requireRight(ctx, "read");
  const loadNo = await currentLoad(ctx.db.sql);
  if (query.phone === undefined)
    return page(query, (limit, after) => pageRanges(ctx.db.sql, loadNo, limit, after));
  const phone = readNumber(ctx, query.phone);
  if (phone === null) throw new ValidationError([{ pointer: "/phone", code: "phone" }]);
  return { items: await rangeOf(ctx.db.sql, loadNo, phone), nextCursor: null };
}

/** Ranges may be of numbers that no plan has yet. */
function readNumber(ctx: Context, text: string): string | null {
  const known = phoneOf(ctx, text);
  if (known !== null) return known;
  return phonePattern.test(text) ? `+${text.replace("+", "")}` : null;
}
