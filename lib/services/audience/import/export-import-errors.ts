import { findImport, pageImportErrors } from "@/db/audience/imports";
import { csvRow } from "@/lib/domain/csv-text";
import { NotFoundError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";

const pageSize = 1_000;

/**
 * The rejected rows of an import as CSV, under the file's own header, after their line and the reason; corrected, the file can be imported as it is.
 * @param reason the text of a code, in the reader's language
 * @throws NotFoundError before the first byte
 */
export async function exportImportErrors(
  ctx: Context,
  id: string,
  reason: (code: string, params?: Record<string, string>) => string,
): Promise<ReadableStream<Uint8Array>> {
  requireRight(ctx, "audience:export");
  const row = await findImport(ctx.db.sql, id);
  if (!row) throw new NotFoundError("import", id);
  await audit(ctx, ctx.db.sql, "import.errors_exported", id);
  let after = 0;
  let header: string[] = [];
  // What a reason names stands in the row.
  const columns: Record<string, string> = { unknown_operator: "operator", unknown_tag: "tags" };
  const named = (code: string, cells: string[]) => {
    const place = header.findIndex((name) => name.trim().toLowerCase() === columns[code]);
    return { value: cells[place]?.trim() ?? "" };
  };
  return new ReadableStream({
    async pull(controller) {
      const rows = await pageImportErrors(ctx.db.sql, row.no, pageSize, after);
      const lines = rows.map(({ line, code, cells }) => {
        if (code !== "header") return csvRow([String(line), reason(code, named(code, cells)), ...cells]);
        header = cells;
        return `\ufeff${csvRow(["error_line", "error_reason", ...cells])}`;
      });
      if (lines.length > 0) controller.enqueue(Buffer.from(lines.join("")));
      after = rows.at(-1)?.line ?? after;
      if (rows.length < pageSize) controller.close();
    },
  });
}
