import {
  type ListedSuppression,
  listSuppressions as listRows,
  type SuppressionFilter,
  type SuppressionRow,
} from "@/db/audience/suppressions";
import type { SuppressionExportQuery, SuppressionFilterQuery } from "@/lib/contract/audience/suppression";
import { phonePart, phonePrefix } from "@/lib/domain/audience/phone";
import { ValidationError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type ExportedFile, exportTable } from "@/lib/services/export-table";
import { type Page, type PageQuery, searchedPage } from "@/lib/services/page";

export type { SuppressionRow };

const pageSize = 2_000;

/**
 * Who must not be written to, newest first. Where a piece of a number is looked for, those that
 * begin so come first, and the others are searched for a bounded time.
 * @throws ValidationError: `phone` is no piece of a number
 */
export async function listSuppressions(
  ctx: Context,
  query: SuppressionFilterQuery & PageQuery,
): Promise<Page<ListedSuppression>> {
  requireRight(ctx, "audience:read");
  const filter = suppressionFilter(query);
  return searchedPage(
    query,
    (limit, at) => listRows(ctx.db.sql, filter, limit, at),
    ({ place }) => place,
  );
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
    let rows: ListedSuppression[];
    let at: number | null = null;
    do {
      const found = await listRows(ctx.db.sql, filter, pageSize, at);
      rows = found.rows;
      at = rows.length === pageSize ? rows.at(-1)!.place : found.searchedTo;
      yield rows.map(({ phone, at, reason, source }) => [phone, at, reason, source]);
    } while (at !== null);
  }
  // The column that an import reads an opt-out from.
  return exportTable(["phone", "opted_out_at", "reason", "source"], pages(), query);
}

function suppressionFilter({ phone, reason }: SuppressionFilterQuery): SuppressionFilter {
  const prefix = phone === undefined ? null : phonePrefix(phone);
  const part = phone === undefined ? null : phonePart(phone);
  if (phone !== undefined && prefix === null)
    throw new ValidationError([{ pointer: "/phone", code: "phone_fragment" }]);
  return { phonePrefix: prefix, phonePart: part, reason: reason ?? null };
}
