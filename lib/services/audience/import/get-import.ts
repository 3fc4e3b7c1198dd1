import { setTimeout } from "node:timers/promises";
import type { ApplyMode } from "@/db/audience/apply-rows";
import {
  countStaged,
  type NotedRow,
  pageRejected,
  type StagedChange,
  type StagedCounts,
  type StagedPerson,
  sampleChanges,
  sampleWarnings,
} from "@/db/audience/import-rows";
import { findImport, type ImportRow } from "@/db/audience/imports";
import { readSnapshot } from "@/db/client";
import { NotFoundError } from "@/lib/domain/errors";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { applyModeOf } from "./apply-rows";
import { isWaiting } from "./import-work";
import { workOnImports } from "./work-on-imports";

export type { NotedRow, RowProblem } from "@/db/audience/import-rows";

const SAMPLES = 5;

/** What applying a reviewed import would do. */
export interface Review {
  counts: StagedCounts;
  changes: { line: number; phone: string; before: StagedPerson; after: StagedPerson }[];
  rejected: NotedRow[];
  warned: NotedRow[];
}

/** @throws NotFoundError */
export async function getImport(ctx: Context, id: string): Promise<ImportRow> {
  requireRight(ctx, "read");
  const row = await findImport(ctx.db.sql, id);
  if (!row) throw new NotFoundError("import", id);
  if (isWaiting(row)) workOnImports(ctx);
  return row;
}

const LOOK_MS = 100;

/**
 * The import once nobody has to work on it any more, however that ended; or as far as it is when
 * nobody waits any longer.
 */
export async function awaitImport(ctx: Context, id: string, signal?: AbortSignal): Promise<ImportRow> {
  for (;;) {
    const row = await getImport(ctx, id);
    if (row.status !== "running" || signal?.aborted) return row;
    await setTimeout(LOOK_MS, undefined, { signal }).catch(() => {});
  }
}

/**
 * @returns null unless the import waits for a review; without samples for callers who may not read
 *   recipients
 */
export async function getReview(ctx: Context, row: ImportRow): Promise<Review | null> {
  requireRight(ctx, "read");
  if (row.status !== "reviewed") return null;
  const mayRead = ctx.actor.rights.has("audience:read");
  return readSnapshot(ctx.db.sql, async (tx) => ({
    counts: await countStaged(tx, row.no),
    changes: mayRead
      ? (await sampleChanges(tx, row.no, SAMPLES)).map((change) => changeOf(change, applyModeOf(row)))
      : [],
    rejected: mayRead ? await pageRejected(tx, row.no, SAMPLES, 0) : [],
    warned: mayRead ? await sampleWarnings(tx, row.no, SAMPLES) : [],
  }));
}

/** What applying does to somebody, as `applyBatch` does it. */
function changeOf(
  { line, phone, before, named }: StagedChange,
  mode: Omit<ApplyMode, "plan">,
): Review["changes"][number] {
  const tags =
    mode.isReplace && mode.hasTags ? named.tags : [...new Set([...before.tags, ...named.tags])].sort();
  const attributes =
    mode.isReplace && mode.hasAttributes ? named.attributes : { ...before.attributes, ...named.attributes };
  const timezone = mode.isReplace && mode.hasTimezone ? named.timezone : (named.timezone ?? before.timezone);
  const operator = named.operator ?? before.operator;
  return {
    line,
    phone,
    before,
    after: { operator, timezone, tags, attributes, optedOut: before.optedOut || named.optedOut },
  };
}
