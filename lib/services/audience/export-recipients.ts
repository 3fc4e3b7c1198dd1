import { attributeNames, pageRecipients, type RecipientRow } from "@/db/audience/recipients";
import type { RecipientExportQuery } from "@/lib/contract/audience/recipient";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type ExportedFile, exportTable } from "@/lib/services/export-table";
import { recipientFilter } from "./list-recipients";

const pageSize = 2_000;

/**
 * Matching recipients as a file that can be imported again, page by page as the reader asks for
 * them. It is no snapshot: pages are read one after the other, so that a slow reader holds no
 * transaction open.
 * @throws ValidationError before the first byte
 */
export async function exportRecipients(ctx: Context, query: RecipientExportQuery): Promise<ExportedFile> {
  requireRight(ctx, "audience:export");
  const filter = await recipientFilter(ctx, query);
  const attributes = await attributeNames(ctx.db.sql, filter);
  // Before the first byte: the audit log notes what leaves Carillon, whether or not it arrives.
  // A searched text may be a name, which nobody would find there again to erase it.
  const noted = query.q && /\p{L}/u.test(query.q) ? { ...query, q: "…" } : query;
  await audit(ctx, ctx.db.sql, "recipients.exported", "all", { after: noted });
  const toCells = (row: RecipientRow) => [
    ...[row.phone, row.operator, row.tags.join("|"), row.timezone ?? "", row.optedOutAt?.toISOString() ?? ""],
    ...attributes.map((name) => row.attributes[name] ?? ""),
  ];
  async function* pages() {
    let rows: RecipientRow[];
    let after = 0;
    do {
      rows = await pageRecipients(ctx.db.sql, filter, pageSize, after);
      after = rows.at(-1)?.no ?? after;
      yield rows.map(toCells);
    } while (rows.length === pageSize);
  }
  return exportTable(
    ["phone", "operator", "tags", "timezone", "opted_out_at", ...attributes],
    pages(),
    query,
  );
}
