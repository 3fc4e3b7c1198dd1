import { type NotedRow, pageKept, pageRejected, type RowProblem } from "@/db/audience/import-rows";
import { findImport, type ImportRow } from "@/db/audience/imports";
import { csvRow } from "@/lib/domain/audience/csv-text";
import { NotFoundError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";

const PAGE = 1_000;

/**
 * The rejected rows of an import as CSV, under the file's own header, after their line and the
 * reasons; corrected, the file can be imported as it is.
 * @param reason the text of a problem, in the reader's language
 * @throws NotFoundError before the first byte
 */
export async function exportImportErrors(
  ctx: Context,
  id: string,
  reason: (problem: RowProblem) => string,
): Promise<ReadableStream<Uint8Array>> {
  const row = await noted(ctx, id, "import.errors_exported");
  const { header = [] } = (row.found ?? {}) as { header?: string[] };
  const toLine = ({ line, problem, cells }: NotedRow) =>
    csvRow([String(line), (problem ?? []).map(reason).join("; "), ...(cells ?? [])]);
  return csvFile(
    ["error_line", "error_reason", ...header],
    (after) => pageRejected(ctx.db.sql, row.no, PAGE, after),
    toLine,
  );
}

/**
 * The people whom an undoing has left as they are, with why.
 * @throws NotFoundError before the first byte
 */
export async function exportKept(
  ctx: Context,
  id: string,
  reason: (code: "kept_sent" | "kept_changed") => string,
): Promise<ReadableStream<Uint8Array>> {
  const row = await noted(ctx, id, "import.kept_exported");
  return csvFile(
    ["line", "phone", "reason"],
    (after) => pageKept(ctx.db.sql, row.no, PAGE, after),
    ({ line, phone, outcome }) => csvRow([String(line), phone, reason(outcome)]),
  );
}

/** The audit entry is written before the first byte, whether or not the file arrives. */
async function noted(
  ctx: Context,
  id: string,
  action: "import.errors_exported" | "import.kept_exported",
): Promise<ImportRow> {
  requireRight(ctx, "audience:export");
  const row = await findImport(ctx.db.sql, id);
  if (!row) throw new NotFoundError("import", id);
  await audit(ctx, ctx.db.sql, action, id);
  return row;
}

function csvFile<R extends { line: number }>(
  header: string[],
  page: (after: number) => Promise<R[]>,
  toLine: (row: R) => string,
): ReadableStream<Uint8Array> {
  let after = 0;
  let head = `\ufeff${csvRow(header)}`;
  return new ReadableStream({
    async pull(controller) {
      const rows = await page(after);
      controller.enqueue(Buffer.from(head + rows.map(toLine).join("")));
      head = "";
      after = rows.at(-1)?.line ?? after;
      if (rows.length < PAGE) controller.close();
    },
  });
}
