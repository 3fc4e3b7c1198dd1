import { deleteParts, finishImport, type ImportRow } from "@/db/audience/imports";
import { type Tx, transaction } from "@/db/client";
import { isContention, isUniqueViolation } from "@/lib/common/database-errors";
import { retry } from "@/lib/common/retry";
import { type ImportOptions, importOptionsSchema } from "@/lib/contract/audience/import";
import { audit } from "@/lib/services/audit";
import type { Context } from "@/lib/services/context";

/**
 * An import that this process works on.
 *
 * A file goes through stages: it is received (`import_parts`), read into staged rows
 * (`import_rows`), reviewed by somebody where they asked for it, applied, and perhaps undone. The
 * process that works on a stage holds the import's token for a minute after each sign of life.
 * Every batch is one transaction that moves the cursor under that token. So a killed process leaves
 * whole batches, and the next process goes on behind them. Only reading begins again from the first
 * line: it writes nothing but staged rows.
 */
export interface ImportWork {
  /** Its actor is the file's sender. */
  ctx: Context;
  row: ImportRow;
  token: string;
}

/** Another process has taken the import up: this one had shown no sign of life for too long. */
export class NoLongerMine extends Error {}
/** The file cannot be read on or applied on. Its message is a code, then perhaps a line. */
export class FileError extends Error {}

export type { ImportRow };

/** Those of versions that kept none were as these are. */
const none: ImportOptions = {
  dry_run: false,
  kind: "recipients",
  mode: "replace",
  country: "RU",
  strict: true,
  headerless: false,
};

export const optionsOf = (row: Pick<ImportRow, "options">): ImportOptions => ({
  ...none,
  ...importOptionsSchema.partial().parse(row.options),
});

/** Ends an import, and notes it. */
export async function endImport(
  { ctx, row, token }: ImportWork,
  tx: Tx,
  status: "reviewed" | "completed" | "undone" | "failed",
  error: string | null = null,
  found: unknown = null,
): Promise<ImportRow> {
  const ended = await finishImport(tx, row.no, token, status, error, found);
  if (!ended) throw new NoLongerMine();
  const { rows, created, updated, merged, rejected, optedOut, undone, kept } = ended;
  if (ended.kind === "number_ranges") {
    const after = { status, error, ranges: rows, moved: updated, zoned: merged };
    await audit(ctx, tx, "number_ranges.finished", row.id, { after });
    return ended;
  }
  const after =
    status === "undone"
      ? { status, undone, kept }
      : { status, error, rows, created, updated, rejected, ...(optedOut > 0 && { opted_out: optedOut }) };
  await audit(ctx, tx, "import.finished", row.id, { after });
  return ended;
}

export const failImport = (work: ImportWork, error: string): Promise<ImportRow> =>
  transaction(work.ctx.db.sql, async (tx) => {
    await deleteParts(tx, work.row.no);
    return endImport(work, tx, "failed", error);
  });

const TRIES_MAX = 5;

/** Besides the usual contention: somebody has just added the same new number. */
const isInTheWay = (error: unknown) => isContention(error) || isUniqueViolation(error);

/**
 * A transaction that is tried again when another one was in its way. Its statements are planned for
 * the tables as they are: a plan that was made for the first batches, when there were few
 * recipients, reads all of them for each of the last.
 */
export const batchTransaction = <T>(ctx: Context, work: (tx: Tx) => Promise<T>): Promise<T> =>
  retry(
    () =>
      transaction(ctx.db.sql, async (tx) => {
        await tx`set local plan_cache_mode = force_custom_plan`;
        return work(tx);
      }),
    { isPassing: isInTheWay, triesMax: TRIES_MAX },
  );

/** No process works on it: it waits in line, or its process is gone. */
export const isWaiting = ({ status, isWorkedOn }: ImportRow): boolean => status === "running" && !isWorkedOn;

/** Staged rows, which an undoing needs, are kept for so long. */
export const UNDO_DAYS = 30;

/** Until when an import can be undone; null: it has done nothing, or is undone. */
export function undoUntil({ status, kind, created, updated, optedOut, finishedAt }: ImportRow): Date | null {
  const isDone = status === "completed" || status === "failed";
  const didSomething = created + updated + optedOut > 0 && (kind === "recipients" || optedOut > 0);
  return isDone && didSomething && finishedAt ? new Date(+finishedAt + UNDO_DAYS * 86_400_000) : null;
}

/**
 * Somebody asked for a review, and nothing was applied: the file waits for them, or could not be
 * read. It can be forgotten.
 */
export const isDiscardable = (row: ImportRow): boolean =>
  row.status === "reviewed" || (row.status === "failed" && row.isDryRun && undoUntil(row) === null);
