import {
  listSuppressions as listRows,
  type SuppressionFilter,
  type SuppressionRow,
} from "@/db/audience/suppressions";
import type { SuppressionExportQuery, SuppressionFilterQuery } from "@/lib/contract/audience/suppression";
import { phonePrefix } from "@/lib/domain/audience/phone";
import { ValidationError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type ExportedFile, exportTable } from "@/lib/services/export-table";
import { type Page, type PageQuery, page } from "@/lib/services/page";

export type { SuppressionRow };

const pageSize = 2_000;

/** Who must not be written to, newest first. @throws ValidationError: `phone` begins no number */
export async function listSuppressions(
  ctx: Context,
  query: SuppressionFilterQuery & PageQuery,
): Promise<Page<SuppressionRow>> {
  requireRight(ctx, "audience:read");
  const filter = suppressionFilter(query);
  return page(query, (limit, before) => listRows(ctx.db.sql, filter, limit, before));
}

/**
 * The same as a file, page by page as the reader asks for them. @throws ValidationError before the
 * first byte
 */
export async function exportSuppressions(ctx: Context, query: SuppressionExportQuery): Promise<ExportedFile> {
  requireRight(ctx, "audience:export");
  const filter = suppressionFilter(query);
  // The audit entry is written before the first byte, whether or not the file arrives.
  await audit(ctx, ctx.db.sql, "suppressions.exported", "all", { after: query });
  async function* pages() {
    let rows: SuppressionRow[];
    let before: number | null = null;
    do {
      rows = await listRows(ctx.db.sql, filter, pageSize, before);
      before = rows.at(-1)?.no ?? before;
      yield rows.map(({ phone, at, reason, source }) => [phone, at, reason, source]);
    } while (rows.length === pageSize);
  }
  // The column that an import reads an opt-out from.
  return exportTable(["phone", "opted_out_at", "reason", "source"], pages(), query);
}

function suppressionFilter({ phone, reason }: SuppressionFilterQuery): SuppressionFilter {
  const prefix = phone === undefined ? null : phonePrefix(phone);
  if (phone !== undefined && prefix === null)
    throw new ValidationError([{ pointer: "/phone", code: "phone_fragment" }]);
  return { phonePrefix: prefix, reason: reason ?? null };
}
