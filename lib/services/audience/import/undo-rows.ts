import { undoBatch } from "@/db/audience/apply-rows";
import { advanceImport, type ImportRow, lockBatch } from "@/db/audience/imports";
import { unsuppress } from "@/db/audience/suppressions";
import { sourceOf } from "./apply-rows";
import { batchTransaction, endImport, type ImportWork, NoLongerMine } from "./import-work";

const BATCH = 5_000;

/** Takes back what an import did, batch by batch. */
export async function undoRows(work: ImportWork): Promise<ImportRow> {
  const { ctx, row, token } = work;
  let cursor = row.cursor;
  for (;;) {
    const { to, ended } = await batchTransaction(ctx, async (tx) => {
      await lockBatch(tx);
      const batch = await undoBatch(tx, row.no, row.createdAt.toISOString(), cursor, BATCH);
      if (batch.to === null) return { to: null, ended: await endImport(work, tx, "undone") };
      // Its own suppressions alone: who has another reason stays out.
      await unsuppress(tx, batch.optedOut, { source: sourceOf(row.id) });
      if (!(await advanceImport(tx, row.no, token, { undone: batch.undone, kept: batch.kept }, batch.to))) throw new NoLongerMine();
      return { to: batch.to, ended: null };
    });
    if (ended) return ended;
    cursor = to!;
  }
}
