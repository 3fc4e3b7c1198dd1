import { type DispatchRow, findDispatch } from "@/db/dispatches/dispatches";
import { pageMessages } from "@/db/dispatches/messages";
import type { MessageExportQuery } from "@/lib/contract/dispatches/message";
import { NotFoundError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type ExportedFile, exportTable } from "@/lib/services/export-table";
import type { Message } from "./list-messages";

const pageSize = 2_000;

/** What decides which columns its messages have. */
export type ExportedDispatch = Pick<DispatchRow, "sender" | "personal">;

/** How messages are written: one row each, its first cell the phone. */
export interface MessageTable {
  header: string[];
  cellsOf(message: Message): string[];
}

/**
 * A dispatch's messages as a file, those of one status where one is named. @throws NotFoundError
 * before the first byte
 */
export async function exportMessages(
  ctx: Context,
  id: string,
  query: MessageExportQuery,
  tableOf: (dispatch: ExportedDispatch) => MessageTable,
): Promise<ExportedFile> {
  requireRight(ctx, "audience:export");
  const dispatch = await findDispatch(ctx.db.sql, id);
  if (!dispatch) throw new NotFoundError("dispatch", id);
  await audit(ctx, ctx.db.sql, "messages.exported", id, { after: query });
  const { status = null, error = null } = query;
  const table = tableOf(dispatch);
  async function* pages() {
    let after: string | null = null;
    do {
      const { rows, next }: Awaited<ReturnType<typeof pageMessages>> = await pageMessages(
        ctx.db.sql,
        dispatch!.no,
        {
          ...{ status, error, after, limit: pageSize },
        },
      );
      yield rows.map(table.cellsOf);
      after = next;
    } while (after !== null);
  }
  return exportTable(table.header, pages(), query);
}
