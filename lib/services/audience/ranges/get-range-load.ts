import { setTimeout } from "node:timers/promises";
import { findImport } from "@/db/audience/imports";
import { currentLoad } from "@/db/audience/number-ranges";
import { NotFoundError } from "@/lib/domain/errors";
import { isWaiting } from "@/lib/services/audience/import/import-work";
import { workOnImports } from "@/lib/services/audience/import/work-on-imports";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import type { RangeLoadRow } from "./range-load";

/** @throws NotFoundError */
export async function getRangeLoad(
  ctx: Context,
  id: string,
): Promise<{ row: RangeLoadRow; current: number | null }> {
  requireRight(ctx, "read");
  const row = await findImport(ctx.db.sql, id, false, "ranges");
  if (!row) throw new NotFoundError("range_load", id);
  if (isWaiting(row)) workOnImports(ctx);
  return { row, current: await currentLoad(ctx.db.sql) };
}

const LOOK_MS = 100;

/** The load once nobody has to work on it any more, or as it is when nobody waits any longer. */
export async function awaitRangeLoad(
  ctx: Context,
  id: string,
  signal?: AbortSignal,
): Promise<{ row: RangeLoadRow; current: number | null }> {
  for (;;) {
    const found = await getRangeLoad(ctx, id);
    if (found.row.status !== "running" || signal?.aborted) return found;
    await setTimeout(LOOK_MS, undefined, { signal }).catch(() => {});
  }
}
