import { setImmediate } from "node:timers/promises";
import { deleteRows, mergeRows, type StagedRow, stageRejected, stageRows } from "@/db/audience/import-rows";
import { advanceImport, deleteParts, type ImportRow, nextStage, restartReading } from "@/db/audience/imports";
import { currentLoad, readRanges } from "@/db/audience/number-ranges";
import { operatorDirectory } from "@/db/audience/operators";
import { listTagNames } from "@/db/audience/tags";
import { transaction } from "@/db/client";
import type { ColumnMeaning } from "@/lib/domain/audience/list-columns";
import { operatorOfNumber } from "@/lib/domain/audience/number-plan";
import { prefixTable } from "@/lib/domain/audience/prefixes";
import { ValidationError } from "@/lib/domain/errors";
import type { ListRow, RowOptions } from "@/lib/lists/rows";
import { endImport, FileError, type ImportWork, NoLongerMine, optionsOf } from "./import-work";
import { type FoundFile, openStoredList } from "./stored-file";

const BATCH = 2_500;
/** …or when its cells reach so many characters. */
const BATCH_LENGTH = 1_048_576;
/**
 * After so many rows whatever else the process does has its turn: answers, and sending the batch
 * before. Rows of a piece of file come without a pause.
 */
const ROWS_AT_A_STRETCH = 500;
/** Of what a file names, so many are told. */
const TOLD = 50;

/** Reads the file of an import into staged rows, from its first line. */
export async function readRows(work: ImportWork): Promise<ImportRow> {
  const { ctx, row, token } = work;
  const { bytes } = row.found as { bytes: number };
  await transaction(ctx.db.sql, async (tx) => {
    if (!(await restartReading(tx, row.no, token))) throw new NoLongerMine();
    await deleteRows(tx, row.no);
  });
  const options = optionsOf(row);
  const tally = await rowTally(work);
  const list = await openStoredList(ctx, row.no, bytes, options, tally.check);
  let storing: Promise<void> = Promise.resolve();
  let batch: StagedRow[] = [];
  let length = 0;
  let read = 0;
  const store = async (rows: StagedRow[]) => {
    const rejected = rows.filter(({ problem }) => problem);
    const warned = rows.filter(({ warnings }) => warnings).length;
    const counts = { rows: rows.length, rejected: rejected.length, warned };
    await transaction(ctx.db.sql, async (tx) => {
      const [isMine] = await Promise.all([
        advanceImport(tx, row.no, token, counts),
        stageRows(
          tx,
          row.no,
          rows.filter(({ problem }) => !problem),
        ),
        rejected.length > 0 && stageRejected(tx, row.no, rejected),
      ]);
      if (!isMine) throw new NoLongerMine();
    });
  };
  const flush = async () => {
    await storing;
    const full = batch;
    batch = [];
    length = 0;
    // The next batch is read meanwhile. A failure is thrown by the next flush; until then it must
    // not count as unhandled.
    storing = store(full);
    storing.catch(() => {});
  };
  try {
    for await (const rows of list.rows()) {
      for (const one of rows) {
        const staged = tally.stage(one);
        batch.push(staged);
        length += lengthOf(staged);
        if (batch.length >= BATCH || length >= BATCH_LENGTH) await flush();
        if (++read % ROWS_AT_A_STRETCH === 0) await setImmediate();
      }
    }
    if (batch.length > 0) await flush();
  } catch (error) {
    if (error instanceof ValidationError) throw new FileError(codeOf(error));
    throw error;
  } finally {
    await storing;
  }
  const [fault] = list.summary.faults;
  const found: FoundFile = { ...list.summary, bytes, ...tally.found() };
  const columnOf = (meaning: ColumnMeaning) =>
    found.columns.find((column) => column.meaning === meaning)?.name ?? null;
  return transaction(ctx.db.sql, async (tx) => {
    if (fault) return endImport(work, tx, "failed", fault.code, found);
    const { merged, warned, contradicted } = await mergeRows(tx, row.no, {
      operator: columnOf("operator"),
      timezone: columnOf("timezone"),
    });
    if (contradicted > 0) found.warnings = { ...found.warnings, contradicts_row: contradicted };
    await deleteParts(tx, row.no);
    if (!(await advanceImport(tx, row.no, token, { merged, warned }))) throw new NoLongerMine();
    if (row.isDryRun) return endImport(work, tx, "reviewed", null, found);
    if (!(await nextStage(tx, row.no, token, "applying", found))) throw new NoLongerMine();
    return { ...row, stage: "applying", cursor: 0, found };
  });
}

/** The code of the first fault, and the line it is about. */
function codeOf({ errors }: ValidationError): string {
  const { code, params } = errors[0]!;
  return params?.line === undefined ? code : `${code} ${params.line}`;
}

function lengthOf({ cells, tags, timezone, attributes }: StagedRow): number {
  let length = (timezone?.length ?? 0) + 100;
  for (const text of cells ?? []) length += text.length;
  for (const text of tags) length += text.length;
  for (const name in attributes) length += name.length + attributes[name]!.length;
  return length;
}

/** Makes staged rows of read ones: finds their operators, and counts what the file names. */
async function rowTally({ ctx, row: { kind } }: ImportWork) {
  const isList = kind === "opt_outs";
  const operators = await operatorDirectory(ctx.db.sql);
  const known = new Set((await listTagNames(ctx.db.sql)).map(({ name }) => name));
  const byName = new Map(
    operators.flatMap((one) =>
      [one.code, one.id, one.name.toLowerCase()].map((name) => [name, one] as const),
    ),
  );
  const byNo = new Map(operators.map((one) => [one.no, one]));
  const prefixes = prefixTable(
    operators.flatMap((one) => one.prefixes.map((prefix) => [prefix, one.no] as const)),
  );
  const loadNo = await currentLoad(ctx.db.sql);
  const ranges = await readRanges(ctx.db.sql, isList ? null : loadNo);
  const operatorCounts = new Map<string, number>();
  const zoneCounts = new Map<string, number>();
  const newTags = new Set<string>();
  const attributeNames = new Set<string>();
  const count = (counts: Map<string, number>, key: string) => {
    if (counts.has(key) || counts.size < TOLD) counts.set(key, (counts.get(key) ?? 0) + 1);
  };

  const operatorOf = ({ phone, operator }: ListRow) =>
    operator === null
      ? byNo.get(operatorOfNumber(phone!, ranges, prefixes) ?? 0)
      : (byName.get(operator) ?? byName.get(operator.toLowerCase()));

  const check: RowOptions["check"] = (read) => {
    if (isList)
      return read.isOptedOut === false
        ? { code: "not_opted_out", of: "opted_out", value: "", isWarning: true }
        : null;
    if (operatorOf(read)) return null;
    const { operator, phone } = read;
    return operator === null
      ? { code: "no_operator_for_phone", of: "phone", value: phone! }
      : { code: "unknown_operator", of: "operator", value: operator };
  };

  function stage(read: ListRow): StagedRow {
    const { line, phone, operator, timezone, tags, attributes, isRejected, problems, cells } = read;
    const own = isList || isRejected ? undefined : operatorOf(read);
    // A list of opt-outs may be a file of all people, with a column that says who has opted out.
    const isOut = (read.isOptedOut ?? isList) && phone !== null;
    if (!isRejected) {
      if (own) count(operatorCounts, own.code);
      if (timezone) count(zoneCounts, timezone);
      for (const name in attributes) attributeNames.add(name);
      for (const tag of tags) if (!known.has(tag) && newTags.size < TOLD) newTags.add(tag);
    }
    const told = problems
      .filter(({ isWarning }) => isWarning !== isRejected)
      .map(({ isWarning: _, ...problem }) => problem);
    return {
      line,
      phone: isRejected && !isOut ? null : phone,
      operatorNo: own?.no ?? null,
      isOperatorGiven: operator !== null,
      timezone,
      tags,
      attributes,
      isOptedOut: isOut,
      problem: isRejected ? told : null,
      warnings: !isRejected && told.length > 0 ? told : null,
      cells: isRejected ? cells : null,
    };
  }
  return {
    check,
    stage,
    found: () => ({
      operators: Object.fromEntries(operatorCounts),
      zones: Object.fromEntries(zoneCounts),
      newTags: [...newTags],
      attributeNames: [...attributeNames],
      rangesNo: loadNo,
    }),
  };
}
