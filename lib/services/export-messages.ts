import { insertAudit } from "@/db/audit";
import { findDispatch } from "@/db/dispatches";
import { pageMessages } from "@/db/messages";
import { csvRow } from "@/lib/domain/csv-text";
import { NotFoundError } from "@/lib/domain/errors";
import { requireRight } from "./authorize";
import type { Context } from "./context";

const pageSize = 2_000;

/** A dispatch's messages as CSV, page by page as the reader asks for them; safe to open in a spreadsheet. @throws NotFoundError before the first byte */
export async function exportMessages(ctx: Context, id: string): Promise<ReadableStream<Uint8Array>> {
  requireRight(ctx, "audience:export");
  const dispatch = await findDispatch(ctx.db.sql, id);
  if (!dispatch) throw new NotFoundError("dispatch", id);
  await insertAudit(ctx.db.sql, { actor: ctx.actor, action: "messages.exported", subjectType: "messages", subjectId: id });
  let after: string | null = null;
  return new ReadableStream({
    start(controller) {
      controller.enqueue(Buffer.from("\ufeffphone,id,operator,status,attempts,claimed_at,settled_at,error\r\n"));
    },
    async pull(controller) {
      const { rows, next } = await pageMessages(ctx.db.sql, dispatch.no, { status: null, after, limit: pageSize });
      const lines = rows.map((row) => {
        const cells = [row.id, row.operator, row.status, String(row.attempts), row.claimedAt, row.settledAt ?? "", row.error ?? ""];
        // "+" and digits are a number to a spreadsheet, and harmless.
        return `${row.phone},${csvRow(cells)}`;
      });
      if (lines.length > 0) controller.enqueue(Buffer.from(lines.join("")));
      after = next;
      if (next === null) controller.close();
    },
  });
}
