import { insertAudit } from "@/db/audit";
import { attributeNames, pageRecipients, type RecipientRow } from "@/db/recipients";
import type { RecipientFilterQuery } from "@/lib/contract/recipient";
import { csvRow } from "@/lib/domain/csv-text";
import { requireRight } from "./authorize";
import type { Context } from "./context";
import { recipientFilter } from "./list-recipients";

const pageSize = 2_000;

/**
 * Matching recipients as CSV, page by page as the reader asks for them; safe to open in a spreadsheet, and importable again.
 * The BOM makes spreadsheets read UTF-8. It is no snapshot: pages are read one after the other, so that a slow reader holds no transaction open.
 * @throws ValidationError before the first byte
 */
export async function exportRecipients(ctx: Context, query: RecipientFilterQuery): Promise<ReadableStream<Uint8Array>> {
  requireRight(ctx, "audience:export");
  const filter = await recipientFilter(ctx, query);
  const attributes = await attributeNames(ctx.db.sql, filter);
  // Before the first byte: what has left the house is noted, whether or not it arrives.
  await insertAudit(ctx.db.sql, {
    actor: ctx.actor,
    action: "recipients.exported",
    subjectType: "recipients",
    subjectId: "all",
    after: query,
  });
  let after: number | null = null;
  return new ReadableStream({
    async pull(controller) {
      if (after === null) {
        after = 0;
        controller.enqueue(Buffer.from(`\ufeff${csvRow(["phone", "operator", "tags", "timezone", "opted_out_at", ...attributes])}`));
        return;
      }
      const rows: RecipientRow[] = await pageRecipients(ctx.db.sql, filter, pageSize, after);
      after = rows.at(-1)?.no ?? after;
      if (rows.length > 0) controller.enqueue(Buffer.from(rows.map((row) => recipientLine(row, attributes)).join("")));
      if (rows.length < pageSize) controller.close();
    },
  });
}

/** The phone is written as it is: "+" and digits are a number to a spreadsheet, and harmless. */
function recipientLine(row: RecipientRow, attributes: string[]): string {
  const cells = [row.operator, row.tags.join("|"), row.timezone ?? "", row.optedOutAt?.toISOString() ?? ""];
  return `${row.phone},${csvRow([...cells, ...attributes.map((name) => row.attributes[name] ?? "")])}`;
}
