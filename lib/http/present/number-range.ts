import type { NumberRange, RangeLoad } from "@/lib/contract/audience/number-range";
import { hasText, type Locale, textOf } from "@/lib/contract/texts";
import { isWaiting } from "@/lib/services/audience/import/import-work";
import type { RangeRow } from "@/lib/services/audience/ranges/list-number-ranges";
import {
  type FoundRanges,
  foundOf,
  obstacleOf,
  optionsOf,
  type RangeLoadRow,
  SLICE,
} from "@/lib/services/audience/ranges/range-load";

export const presentNumberRange = ({ first, last, operator, region, timezone }: RangeRow): NumberRange => ({
  from: first,
  to: last,
  operator,
  region,
  timezone,
});

/** @param current the number of the load whose ranges hold */
export function presentRangeLoad(row: RangeLoadRow, current: number | null, locale: Locale): RangeLoad {
  const found = foundOf(row);
  const told = (code: string) => ({ code, detail: textOf(locale, code) });
  const obstacle = row.status === "reviewed" ? obstacleOf(row) : null;
  return {
    id: row.id,
    status: row.status === "undone" ? "completed" : row.status,
    stage: presentStage(row),
    kind: optionsOf(row).is_removal ? "removal" : "load",
    is_current: row.no === current,
    obstacle: obstacle === null ? null : told(obstacle),
    ranges: row.rows,
    left_out: found.leftOut ?? 0,
    moved: row.updated,
    zoned: row.merged,
    progress:
      row.status === "completed"
        ? 1
        : Math.min(1, (row.cursor * SLICE) / Math.max(1, found.lastNo ?? Infinity)),
    file_name: row.fileName,
    actor: row.actor,
    file: found.file ? presentFile(found as FoundRanges, locale) : null,
    review: found.review ? presentReview(found.review) : null,
    created_at: row.createdAt.toISOString(),
    finished_at: row.finishedAt?.toISOString() ?? null,
    error: row.error === null ? null : told(hasText(row.error) ? row.error : "internal"),
  };
}

function presentStage(row: RangeLoadRow): RangeLoad["stage"] {
  if (row.status !== "running" || row.stage === null) return null;
  if (row.stage === "receiving") return "receiving";
  if (isWaiting(row)) return "waiting";
  return row.stage === "applying" ? "applying" : "reading";
}

function presentFile({ file, ...found }: FoundRanges, locale: Locale): RangeLoad["file"] {
  const { format, encoding, isSure, candidates, delimiter, columns, faults } = file!;
  return {
    ...{ format, encoding, delimiter, columns },
    is_encoding_sure: isSure,
    encodings: candidates,
    faults: faults.map(({ code, params }) => ({ code, detail: textOf(locale, code, params) })),
    operators: found.operators.map(({ name, code, ranges }) => ({ name, operator: code, ranges })),
    unknown_operators: found.unknownOperators,
    errors: Object.entries(found.errors).map(([code, count]) => ({
      code,
      detail: textOf(locale, code),
      count,
    })),
    problems: found.problems.map(({ line, code, column, value }) => ({
      ...{ line, code, column, value },
      detail: textOf(locale, code, { value, column: column ?? "" }),
    })),
  };
}

const presentReview = ({ moves, zoned, named, unknown, share }: NonNullable<FoundRanges["review"]>) => ({
  moves,
  to_move: moves.reduce((sum, { count }) => sum + count, 0),
  to_zone: zoned,
  named,
  unknown,
  is_whole: share === 1,
  share,
});
