import { enqueueImport, findImport } from "@/db/audience/imports";
import { isMovingByOther, lockPlan } from "@/db/audience/number-ranges";
import { transaction } from "@/db/client";
import { ConflictError, NotFoundError } from "@/lib/domain/errors";
import { UNDO_DAYS } from "@/lib/services/audience/import/import-work";
import { workOnImports } from "@/lib/services/audience/import/work-on-imports";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { foundOf, obstacleOf, optionsOf, type RangeLoadRow } from "./range-load";

/**
 * Applies a load of number ranges that somebody has reviewed, or goes on with one that failed while
 * it moved people. Repeating it changes nothing.
 * @throws NotFoundError; ConflictError when it cannot be applied as it is, or another is
 */
export async function applyRangeLoad(
  ctx: Context,
  id: string,
): Promise<{ row: RangeLoadRow; current: number | null }> {
  requireRight(ctx, "operators:write");
  const applied = await transaction(ctx.db.sql, async (tx) => {
    const current = await lockPlan(tx);
    const row = await findImport(tx, id, true, "ranges");
    if (!row) throw new NotFoundError("range_load", id);
    if (row.status === "completed" || row.stage === "applying") return { row, current };
    const plan = optionsOf(row).is_removal ? null : row.no;
    const isBroken = row.status === "failed" && foundOf(row).lastNo !== undefined && plan === current;
    if (row.status !== "reviewed" && !isBroken)
      throw new ConflictError("range_load_state", { status: row.status });
    if (await isMovingByOther(tx, row.no)) throw new ConflictError("ranges_busy");
    const obstacle = obstacleOf(row);
    if (obstacle !== null) throw new ConflictError(obstacle);
    if (!isBroken) {
      if (+row.finishedAt! + UNDO_DAYS * 86_400_000 < +ctx.now()) throw new ConflictError("review_too_old");
      if (foundOf(row).basedOn !== current) throw new ConflictError("ranges_changed");
    }
    await enqueueImport(tx, row.no, row.status, "applying");
    await audit(ctx, tx, "number_ranges.confirmed", id);
    return { row: (await findImport(tx, id, false, "ranges"))!, current };
  });
  workOnImports(ctx);
  return applied;
}
