import { findDispatch } from "@/db/dispatches/dispatches";
import { type MessageRow, pageMessages } from "@/db/dispatches/messages";
import type { MessageExportQuery } from "@/lib/contract/dispatches/message";
import { textOf } from "@/lib/contract/texts";
import { NotFoundError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type ExportedFile, exportTable } from "@/lib/services/export-table";

const pageSize = 2_000;
const columns = ["phone", "id", "operator", "status", "attempts", "claimed_at", "settled_at", "error"] as const;

/** A dispatch's messages as a file, those of one status where one is named. @throws NotFoundError before the first byte */
export async function exportMessages(ctx: Context, id: string, query: MessageExportQuery): Promise<ExportedFile> {
  requireRight(ctx, "audience:export");
  const dispatch = await findDispatch(ctx.db.sql, id);
  if (!dispatch) throw new NotFoundError("dispatch", id);
  await audit(ctx, ctx.db.sql, "messages.exported", id, { after: query });
  const { language, timezone, status = null } = query;
  const word = (key: string, code: string) => (language ? textOf(language, `${key}.${code}`) : code);
  const time = timeIn(timezone);
  const toCells = (row: MessageRow) => [
    ...[row.phone, row.id, row.operator, word("outcome", row.status), String(row.attempts)],
    ...[time(row.claimedAt), row.settledAt === null ? "" : time(row.settledAt), row.error ?? ""],
  ];
  async function* pages() {
    let after: string | null = null;
    do {
      const { rows, next }: Awaited<ReturnType<typeof pageMessages>> = await pageMessages(ctx.db.sql, dispatch!.no, {
        ...{ status, after, limit: pageSize },
      });
      yield rows.map(toCells);
      after = next;
    } while (after !== null);
  }
  return exportTable(
    columns.map((code) => word("column", code)),
    pages(),
    query,
  );
}

/** Writes instants as a spreadsheet reads them: `2027-01-21 18:26:34` in a zone. */
function timeIn(timeZone: string | undefined): (iso: string) => string {
  if (timeZone === undefined) return (iso) => iso;
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  return (iso) => format.format(new Date(iso));
}
