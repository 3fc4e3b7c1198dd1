import { findDispatch } from "@/db/dispatches/dispatches";
import { findMessage, type MessageRow, pageMessages } from "@/db/dispatches/messages";
import { messageId, messageIdsOf, recipientNoOf } from "@/db/sql";
import type { MessageListQuery } from "@/lib/contract/dispatches/message";
import { NotFoundError, ValidationError } from "@/lib/domain/errors";
import { requirePhone } from "@/lib/services/audience/get-recipient";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import type { Page } from "@/lib/services/page";

/** One recipient in a dispatch, and what has become of it. */
export type Message = MessageRow;

/**
 * A dispatch's messages by id. With a status a page may hold fewer than asked for although more
 * follow: it reads a bounded stretch.
 * @throws NotFoundError, ValidationError
 */
export async function listMessages(
  ctx: Context,
  id: string,
  query: MessageListQuery,
): Promise<Page<Message>> {
  requireRight(ctx, "audience:read");
  const dispatch = await findDispatch(ctx.db.sql, id);
  if (!dispatch) throw new NotFoundError("dispatch", id);
  if (query.phone !== undefined) {
    const row = await findMessage(ctx.db.sql, dispatch.no, requirePhone(ctx, query.phone));
    const isWanted =
      row &&
      (query.status === undefined || row.status === query.status) &&
      (query.error === undefined || (row.error ?? row.status) === query.error);
    return { items: isWanted ? [row] : [], nextCursor: null };
  }
  const after = query.cursor === undefined ? null : decode(query.cursor, dispatch.no);
  const { rows, next } = await pageMessages(ctx.db.sql, dispatch.no, {
    status: query.status ?? null,
    error: query.error ?? null,
    after,
    limit: query.limit,
  });
  return { items: rows, nextCursor: next === null ? null : cursorOf(next) };
}

/**
 * A message's id is its dispatch's number and its recipient's. A cursor has only the recipient's
 * number, so it cannot read in another dispatch.
 */
const cursorOf = (id: string) => `m${recipientNoOf(id)}`;

function decode(cursor: string, dispatchNo: number): string {
  const no = /^m(\d{1,10})$/.exec(cursor)?.[1];
  if (no === undefined) throw new ValidationError([{ pointer: "/cursor", code: "cursor" }]);
  const [, last] = messageIdsOf(dispatchNo);
  const asked = BigInt(messageId(dispatchNo, 0)) + BigInt(no);
  return String(asked < BigInt(last) ? asked : last);
}
