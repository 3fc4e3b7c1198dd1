import { advanceImport, lockBatch, nextStage } from "@/db/audience/imports";
import {
  holdOperatorsOf,
  isMovingByOther,
  lastRecipient,
  lockPlan,
  moveSlice,
  setPlan,
} from "@/db/audience/number-ranges";
import { transaction } from "@/db/client";
import {
  batchTransaction,
  endImport,
  FileError,
  type ImportWork,
  NoLongerMine,
} from "@/lib/services/audience/import/import-work";
import { type FoundRanges, foundOf, optionsOf, type RangeLoadRow, SLICE } from "./range-load";

/**
 * Has the ranges of a load hold, at once, and then brings recipients to them slice by slice. Who
 * comes meanwhile is found by the new ranges already.
 */
export async function moveRecipients(work: ImportWork): Promise<RangeLoadRow> {
  const { ctx, token } = work;
  const row = foundOf(work.row).lastNo === undefined ? await putInForce(work) : work.row;
  const { is_removal, take_unknown } = optionsOf(row);
  const last = foundOf(row).lastNo!;
  for (let slice = row.cursor; slice * SLICE < last; slice++) {
    const people = { from: slice * SLICE, to: (slice + 1) * SLICE };
    await batchTransaction(ctx, async (tx) => {
      await lockBatch(tx);
      const { moved, zoned } = await moveSlice(tx, is_removal ? null : row.no, people, take_unknown);
      const counts = { updated: moved, merged: zoned };
      if (!(await advanceImport(tx, row.no, token, counts, slice + 1))) throw new NoLongerMine();
    });
  }
  return transaction(ctx.db.sql, (tx) => endImport(work, tx, "completed"));
}

async function putInForce({ ctx, row, token }: ImportWork): Promise<RangeLoadRow> {
  const { is_removal } = optionsOf(row);
  return transaction(ctx.db.sql, async (tx) => {
    const before = await lockPlan(tx);
    if (await isMovingByOther(tx, row.no)) throw new FileError("ranges_busy");
    // What the review said is not what would happen any more.
    if (before !== foundOf(row).basedOn) throw new FileError("ranges_changed");
    if (!is_removal && !(await holdOperatorsOf(tx, row.no))) throw new FileError("reference_deleted");
    await setPlan(tx, is_removal ? null : row.no);
    const found = { ...(row.found as FoundRanges), lastNo: await lastRecipient(tx) };
    if (!(await nextStage(tx, row.no, token, "applying", found))) throw new NoLongerMine();
    return { ...row, found, cursor: 0 };
  });
}
