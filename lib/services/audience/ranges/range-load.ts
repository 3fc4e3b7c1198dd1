import type { ImportRow } from "@/db/audience/imports";
import { type RangeLoadOptions, rangeLoadOptionsSchema } from "@/lib/contract/audience/number-range";
import type { RangeList, RangeProblem } from "@/lib/lists/range-list";

/**
 * A load of number ranges is an import of its own kind (decisions/0025): received, read into ranges
 * that nobody uses yet, reviewed, applied. Of its row's figures `rows` are ranges, `updated` people
 * who changed operator, `merged` people who got a time zone; its cursor counts slices of people.
 */
export type RangeLoadRow = ImportRow;

/** What applying would change, as it was when the file was read. */
export interface RangeReview {
  /** By the codes of operators. */
  moves: { from: string; to: string; count: number }[];
  zoned: number;
  named: number;
  unknown: number;
  /** The share of all recipients that there was time to look at. */
  share: number;
}

/** What is known of a load, kept with it. */
export interface FoundRanges {
  bytes: number;
  /** Null for a removal, which has no file. */
  file: RangeList["summary"] | null;
  operators: { name: string; code: string; ranges: number }[];
  unknownOperators: { name: string; ranges: number }[];
  leftOut: number;
  errors: Record<string, number>;
  problems: RangeProblem[];
  /** Null where it cannot be applied as it is. */
  review: RangeReview | null;
  /** Those that held when that was counted. */
  basedOn: number | null;
  /** Since its ranges hold: the last recipient who was there then. */
  lastNo?: number;
}

export const foundOf = (row: RangeLoadRow): Partial<FoundRanges> => (row.found ?? {}) as Partial<FoundRanges>;

export const optionsOf = (row: RangeLoadRow): RangeLoadOptions => rangeLoadOptionsSchema.parse(row.options);

/** Recipients by number, a transaction each. */
export const SLICE = 10_000;

/** Why a load cannot be applied, in the order in which one would put it right; null: it can. */
export function obstacleOf(row: RangeLoadRow): string | null {
  const { file, errors = {}, unknownOperators = [] } = foundOf(row);
  const options = optionsOf(row);
  if (options.is_removal) return null;
  if (!file) return "ranges_unread";
  if (!file.isSure && options.encoding === undefined) return "ranges_encoding";
  if (file.faults.length > 0) return "ranges_columns";
  if (Object.keys(errors).length > 0) return "ranges_wrong";
  if (unknownOperators.length > 0 && !options.skip_unknown) return "ranges_operators";
  return row.rows === 0 ? "ranges_none" : null;
}
