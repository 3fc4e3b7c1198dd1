import { type PersonMessageRow, pagePersonMessages } from "@/db/dispatches/person";
import type { PersonMessagesQuery } from "@/lib/contract/dispatches/person";
import { ValidationError } from "@/lib/domain/errors";
import { getRecipient } from "@/lib/services/audience/get-recipient";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import type { Page } from "@/lib/services/page";

export type PersonMessage = PersonMessageRow;

/** Each looks at 2,000 dispatches. */
const STRETCHES_MAX = 10;

/**
 * What every dispatch was to a recipient, the newest first. A page may hold fewer than asked for
 * although more follow: it looks at a bounded number of dispatches.
 * @throws ValidationError, NotFoundError
 */
export async function listPersonMessages(
  ctx: Context,
  phoneText: string,
  { limit, cursor }: PersonMessagesQuery,
): Promise<Page<PersonMessage>> {
  requireRight(ctx, "audience:read");
  const { phone } = await getRecipient(ctx, phoneText);
  let next = cursor ? decode(cursor) : null;
  for (let stretch = 1; ; stretch++) {
    const page = await pagePersonMessages(ctx.db.sql, phone, limit, next);
    next = page.next;
    if (page.rows.length > 0 || next === null || stretch === STRETCHES_MAX)
      return { items: page.rows, nextCursor: next === null ? null : `d${next}` };
  }
}

function decode(cursor: string): number {
  const no = /^d(\d{1,10})$/.exec(cursor)?.[1];
  if (no === undefined) throw new ValidationError([{ pointer: "/cursor", code: "cursor" }]);
  return Number(no);
}
