import { lastLine, undoBatch } from "@/db/audience/apply-rows";
import { advanceImport, type ImportRow, lockBatch } from "@/db/audience/imports";
import { importSource, leaveToOthers, unsuppress } from "@/db/audience/suppressions";
import { transaction } from "@/db/client";
import { batchTransaction, endImport, type ImportWork, NoLongerMine } from "./import-work";

/** Lines of the file. */
const BATCH = 5_000;

/** Takes back what an import did, batch by batch. */
export async function undoRows(work: ImportWork): Promise<ImportRow> {
  const { ctx, row, token } = work;
  const last = await lastLine(ctx.db.sql, row.no);
  for (let from = row.cursor; from < last; from += BATCH) {
    const to = from + BATCH;
    await batchTransaction(ctx, async (tx) => {
      await lockBatch(tx);
      const { optedOut, undone, kept } = await undoBatch(
        tx,
        { importNo: row.no, from, to },
        row.createdAt.toISOString(),
      );
      // Its own suppressions alone: who has another reason, or is in another file, stays out.
      await leaveToOthers(tx, row.no, row.id, optedOut);
      await unsuppress(tx, optedOut, { source: importSource(row.id) });
      if (!(await advanceImport(tx, row.no, token, { undone, kept }, to))) throw new NoLongerMine();
    });
  }
  return transaction(ctx.db.sql, (tx) => endImport(work, tx, "undone"));
}
