import type { Import, ImportFile, ImportReview } from "@/lib/contract/audience/import";
import { type Locale, textOf } from "@/lib/contract/texts";
import type { NotedRow, Review, RowProblem } from "@/lib/services/audience/import/get-import";
import {
  type ImportRow,
  isDiscardable,
  isWaiting,
  optionsOf,
  undoUntil,
} from "@/lib/services/audience/import/import-work";
import type { FoundFile } from "@/lib/services/audience/import/stored-file";

/**
 * @param review of an import that waits for one, when a caller reads that import alone
 * @param maySee the caller may read recipients, so the answer shows rows of the file
 */
export function presentImport(
  row: ImportRow,
  locale: Locale,
  review: Review | null = null,
  maySee = false,
): Import {
  const [code, line] = row.error?.split(" ") ?? [];
  return {
    id: row.id,
    status: row.status,
    stage:
      row.status !== "running" || row.stage === null
        ? null
        : isWaiting(row) && row.stage !== "receiving"
          ? "waiting"
          : row.stage,
    kind: row.kind === "opt_outs" ? "opt_outs" : "recipients",
    mode: optionsOf(row).mode,
    rows: row.rows,
    created: row.created,
    updated: row.updated,
    unchanged: row.unchanged,
    merged: row.merged,
    rejected: row.rejected,
    warned: row.warned,
    opted_out: row.optedOut,
    undone: row.undone,
    kept: row.kept,
    file_name: row.fileName,
    file: presentFile(row.found as Partial<FoundFile> | null, locale, maySee),
    review: review && presentReview(review, locale),
    discardable: isDiscardable(row),
    undo_until: undoUntil(row)?.toISOString() ?? null,
    created_at: row.createdAt.toISOString(),
    finished_at: row.finishedAt?.toISOString() ?? null,
    error: code === undefined ? null : { code, line: line === undefined ? null : Number(line) },
  };
}

function presentFile(found: Partial<FoundFile> | null, locale: Locale, maySee: boolean): ImportFile | null {
  if (found?.columns === undefined) return null;
  const file = found as FoundFile;
  const tally = (counts: Partial<Record<string, number>>) =>
    Object.entries(counts).map(([code, count = 0]) => ({ code, detail: textOf(locale, code), count }));
  const names = (counts: Record<string, number>) =>
    Object.entries(counts).map(([name, count]) => ({ name, count }));
  return {
    format: file.format,
    encoding: file.encoding,
    is_encoding_sure: file.isSure,
    encodings: file.candidates.map((one) => ({ ...one, samples: maySee ? one.samples : [] })),
    delimiter: file.delimiter,
    sheet: file.sheet,
    sheets: file.sheets,
    columns: file.columns,
    first_row: maySee ? (file.firstRow ?? []) : [],
    sample_rows: maySee ? (file.sampleRows ?? []) : [],
    faults: (file.faults ?? []).map(({ code, params }) => ({ code, detail: textOf(locale, code, params) })),
    country: file.country,
    national: { count: file.nationalCount, samples: maySee ? file.nationalSamples : [] },
    operators: names(file.operators),
    timezones: names(file.zones),
    new_tags: file.newTags,
    errors: tally(file.errors),
    warnings: tally(file.warnings),
  };
}

const presentReview = ({ counts, changes, rejected, warned }: Review, locale: Locale): ImportReview => ({
  to_create: counts.toCreate,
  to_update: counts.toUpdate,
  to_merge: counts.toMerge,
  to_reject: counts.toReject,
  to_opt_out: counts.toOptOut,
  changes: changes.map(({ line, phone, before, after }) => ({
    line,
    phone,
    before: presentPerson(before),
    after: presentPerson(after),
  })),
  rejected: rejected.map((row) => presentNoted(row, row.problem, locale)),
  warned: warned.map((row) => presentNoted(row, row.warnings, locale)),
});

const presentPerson = ({ optedOut, ...person }: Review["changes"][number]["before"]) => ({
  ...person,
  opted_out: optedOut,
});

const presentNoted = ({ line }: NotedRow, problems: RowProblem[] | null, locale: Locale) => ({
  line,
  problems: (problems ?? []).map(({ code, column = null, value = null }) => ({
    code,
    detail: presentProblem({ code, column, value: value ?? undefined }, locale),
    column,
    value,
  })),
});

/** What is wrong with a row, in words. */
export const presentProblem = ({ code, value = "", column }: RowProblem, locale: Locale): string =>
  textOf(locale, code, { value, column: column ?? "" });
