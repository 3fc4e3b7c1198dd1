import { advanceImport, deleteParts, nextStage, restartReading } from "@/db/audience/imports";
import {
  countMoves,
  currentLoad,
  deleteRanges,
  insertRanges,
  lastRecipient,
  type RangeValues,
} from "@/db/audience/number-ranges";
import { operatorDirectory } from "@/db/audience/operators";
import { transaction } from "@/db/client";
import { findOverlaps } from "@/lib/domain/audience/number-plan";
import { operatorNames } from "@/lib/domain/audience/operator-names";
import { ValidationError } from "@/lib/domain/errors";
import { openRangeList, type RangeProblem, type ReadRange } from "@/lib/lists/range-list";
import {
  endImport,
  FileError,
  type ImportWork,
  NoLongerMine,
} from "@/lib/services/audience/import/import-work";
import { storedSource } from "@/lib/services/audience/import/stored-file";
import { type FoundRanges, obstacleOf, optionsOf, type RangeLoadRow, type RangeReview } from "./range-load";

const BATCH = 10_000;
/** Of what is wrong and of what a file names, so much is told. */
const TOLD = 100;
const NAMES_MAX = 1_000;
/** Recipients by number, looked at for so long at most: somebody waits for the review. */
const REVIEW_SLICE = 50_000;
const REVIEW_MS = 10_000;

type Range = ReadRange & { operatorNo: number };

/** Reads the file of a load into ranges that nobody uses yet, and counts whom they would move. */
export async function readRangeLoad(work: ImportWork): Promise<RangeLoadRow> {
  const { ctx, row, token } = work;
  const { sql } = ctx.db;
  await transaction(sql, async (tx) => {
    if (!(await restartReading(tx, row.no, token))) throw new NoLongerMine();
    await deleteRanges(tx, row.no);
  });
  const { bytes } = row.found as { bytes: number };
  const { ranges, ...read } = optionsOf(row).is_removal ? nothing : await readFile(work, bytes);
  const found: FoundRanges = { ...read, bytes, review: null, basedOn: await currentLoad(sql) };
  const obstacle = obstacleOf({ ...row, found, rows: ranges.length });
  if (obstacle === null) {
    for (let at = 0; at < ranges.length; at += BATCH) {
      const batch = ranges.slice(at, at + BATCH);
      await transaction(sql, async (tx) => {
        await insertRanges(tx, row.no, at + 1, batch);
        await signOfLife(tx, work, { rows: batch.length });
      });
    }
    found.review = await reviewOf(work);
  }
  return transaction(sql, async (tx) => {
    await deleteParts(tx, row.no);
    if (row.isDryRun) return endImport(work, tx, "reviewed", null, found);
    if (obstacle !== null) return endImport(work, tx, "failed", obstacle, found);
    if (!(await nextStage(tx, row.no, token, "applying", found))) throw new NoLongerMine();
    return { ...row, stage: "applying" as const, found, cursor: 0 };
  });
}

type Read = Omit<FoundRanges, "bytes" | "review" | "basedOn"> & { ranges: RangeValues[] };

const nothing: Read = {
  ...{ file: null, operators: [], unknownOperators: [], leftOut: 0, errors: {}, problems: [], ranges: [] },
};

async function signOfLife(
  sql: Parameters<typeof advanceImport>[0],
  { row, token }: ImportWork,
  add: { rows?: number } = {},
): Promise<void> {
  if (!(await advanceImport(sql, row.no, token, add))) throw new NoLongerMine();
}

/** All ranges of a file, in the order of their numbers. */
async function readFile(work: ImportWork, bytes: number): Promise<Read> {
  const { ctx, row } = work;
  const options = optionsOf(row);
  const list = await openRangeList(storedSource(ctx, row.no, bytes), options);
  const directory = await operatorDirectory(ctx.db.sql);
  const codes = new Map(directory.map(({ no, code }) => [no, code]));
  const operatorOf = operatorNames(directory, options.operators);
  const ranges: Range[] = [];
  const known = new Map<string, { name: string; code: string; ranges: number }>();
  const unknown = new Map<string, number>();
  const errors: Record<string, number> = {};
  const problems: RangeProblem[] = [];
  let leftOut = 0;
  const note = (problem: RangeProblem) => {
    errors[problem.code] = (errors[problem.code] ?? 0) + 1;
    if (problems.length < TOLD) problems.push(problem);
  };
  /** A country has few regions, and each is kept once. */
  const texts = new Map<string, string>();
  const once = (text: string | null) => {
    if (text === null) return null;
    if (!texts.has(text)) texts.set(text, Buffer.from(text).toString());
    return texts.get(text)!;
  };

  function take(read: ReadRange | RangeProblem): void {
    if ("code" in read) {
      note(read);
      return;
    }
    const operatorNo = operatorOf(read.operator);
    if (operatorNo === undefined) {
      leftOut++;
      if (unknown.has(read.operator) || unknown.size < NAMES_MAX)
        unknown.set(read.operator, (unknown.get(read.operator) ?? 0) + 1);
      return;
    }
    const tally = known.get(read.operator) ?? {
      name: read.operator,
      code: codes.get(operatorNo)!,
      ranges: 0,
    };
    tally.ranges++;
    if (tally.ranges > 1 || known.size < NAMES_MAX) known.set(read.operator, tally);
    ranges.push({
      ...read,
      operator: once(read.operator)!,
      region: once(read.region),
      timezone: once(read.timezone),
      operatorNo,
    });
  }

  try {
    if (list.summary.faults.length === 0)
      for await (const batch of list.rows()) {
        for (const read of batch) take(read);
        await signOfLife(ctx.db.sql, work);
      }
  } catch (error) {
    if (error instanceof ValidationError) throw new FileError(error.errors[0]!.code);
    throw error;
  }
  ranges.sort((a, b) => a.first - b.first || a.line - b.line);
  for (const { range, other } of findOverlaps(ranges))
    note({ line: range.line, code: "range_overlap", column: null, value: String(other.line) });
  problems.sort((a, b) => a.line - b.line);
  const byCount = (a: { ranges: number }, b: { ranges: number }) => b.ranges - a.ranges;
  return {
    file: list.summary,
    operators: [...known.values()].sort(byCount).slice(0, TOLD),
    unknownOperators: [...unknown].map(([name, count]) => ({ name, ranges: count })).sort(byCount),
    leftOut,
    errors,
    problems,
    ranges,
  };
}

/** Counts whom the load would move, for as long as there is time. */
async function reviewOf(work: ImportWork): Promise<RangeReview> {
  const { ctx, row } = work;
  const { sql } = ctx.db;
  const { is_removal, take_unknown } = optionsOf(row);
  const codes = new Map((await operatorDirectory(sql)).map(({ no, code }) => [no, code]));
  const moves = new Map<string, RangeReview["moves"][number]>();
  const review: RangeReview = { moves: [], zoned: 0, named: 0, unknown: 0, share: 1 };
  const last = await lastRecipient(sql);
  const until = performance.now() + REVIEW_MS;
  for (let from = 0; from < last; from += REVIEW_SLICE) {
    if (performance.now() > until) {
      review.share = from / last;
      break;
    }
    const slice = { from, to: from + REVIEW_SLICE };
    const counts = await countMoves(sql, is_removal ? null : row.no, slice, take_unknown);
    for (const move of counts.moves) {
      const [from, to] = [codes.get(move.from) ?? "", codes.get(move.to) ?? ""];
      const sum = moves.get(`${from} ${to}`);
      if (sum) sum.count += move.count;
      else moves.set(`${from} ${to}`, { from, to, count: move.count });
    }
    for (const key of ["zoned", "named", "unknown"] as const) review[key] += counts[key];
    await signOfLife(sql, work);
  }
  review.moves = [...moves.values()].sort((a, b) => b.count - a.count);
  return review;
}
