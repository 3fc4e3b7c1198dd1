import { rangeColumnNames } from "@/lib/domain/audience/list-columns";
import { withoutInvisible } from "@/lib/domain/audience/phone-reader";
import { type FieldError, ValidationError } from "@/lib/domain/errors";
import { isTimeZone } from "@/lib/domain/time-zone";
import { storable } from "./copied";
import type { RawRow } from "./csv";
import { type ListOptions, type ListSummary, openTable } from "./open-list";
import type { ListSource } from "./source";

type Meaning = keyof typeof rangeColumnNames;

/** A fault of one line of a table of ranges. */
export interface RangeProblem {
  line: number;
  code: string;
  /** The name in the header; null when the fault is of the whole line. */
  column: string | null;
  value: string;
}

export interface ReadRange {
  line: number;
  /** E.164 without "+". The range includes both ends. */
  first: number;
  last: number;
  /** As written in the file. */
  operator: string;
  region: string | null;
  timezone: string | null;
}

export interface RangeList {
  summary: Pick<
    ListSummary,
    "format" | "encoding" | "isSure" | "candidates" | "delimiter" | "sheet" | "sheets"
  > & {
    columns: { name: string; meaning: Meaning | "passed_over" }[];
    /** The faults of the columns. With a fault no rows are read. */
    faults: FieldError[];
  };
  rows(): AsyncGenerator<(ReadRange | RangeProblem)[]>;
}

/** We refuse a file with more ranges: it is not a numbering plan. */
export const RANGES_MAX = 500_000;
const VALUE_LENGTH = 100;
/** Russia writes its plan as a code of three digits and two numbers of seven digits. */
const RUSSIA = "7";

/**
 * Opens a table of number ranges. Its columns are `from`, `to`, `operator`, `region` and
 * `timezone`, or the headings of a national plan (`АВС/ DEF;От;До;Емкость;Оператор;Регион`).
 * @throws ValidationError as {@link openTable}
 */
export async function openRangeList(
  source: ListSource,
  options: Pick<ListOptions, "encoding" | "delimiter"> = {},
): Promise<RangeList> {
  const { summary, header, rows } = await openTable(source, options);
  const names = header.map((cell) => withoutInvisible(cell).replace(/\s+/g, " ").trim());
  const at = Object.fromEntries(
    Object.entries(rangeColumnNames).map(([meaning, pattern]) => [
      meaning,
      names.findIndex((name) => pattern.test(name)),
    ]),
  ) as Record<Meaning, number>;
  const columns = names.map((name, index) => ({
    name,
    meaning: (Object.entries(at).find(([, place]) => place === index)?.[0] ?? "passed_over") as
      | Meaning
      | "passed_over",
  }));
  const faults: FieldError[] = (["from", "to", "operator"] as const)
    .filter((meaning) => at[meaning] < 0)
    .map((column) => ({ pointer: "", code: "column_range_missing", params: { column } }));

  async function* read(): AsyncGenerator<(ReadRange | RangeProblem)[]> {
    let count = 0;
    for await (const raws of rows) {
      const batch: (ReadRange | RangeProblem)[] = [];
      for (const raw of raws) {
        if (raw.problem === null && raw.cells.every((cell) => cell.trim() === "")) continue;
        if (++count > RANGES_MAX)
          throw new ValidationError([
            { pointer: "", code: "too_many_rows", params: { max: RANGES_MAX, line: raw.line } },
          ]);
        batch.push(readRange(raw, at, names));
      }
      if (batch.length > 0) yield batch;
    }
  }
  return { summary: { ...summary, columns, faults }, rows: read };
}

/** Reports only the first column that is wrong: one correction a line. */
function readRange(raw: RawRow, at: Record<Meaning, number>, names: string[]): ReadRange | RangeProblem {
  const { line, cells } = raw;
  const text = (meaning: Meaning) => withoutInvisible(cells[at[meaning]] ?? "").trim();
  const wrong = (code: string, meaning: Meaning | null): RangeProblem => ({
    line,
    code,
    column: meaning && (names[at[meaning]] ?? null),
    value: storable((meaning ? text(meaning) : cells.join(" ")).slice(0, VALUE_LENGTH)),
  });
  // The Russian plan writes ПАО "МегаФон" without quotes around the cell. We keep it as written.
  const isBareQuote = raw.problem === "quote_inside" && cells.length === names.length;
  if (raw.problem !== null && !isBareQuote) return wrong(raw.problem, null);
  if (cells.some((cell) => cell.includes("\ufffd"))) return wrong("broken_letter", null);
  const code = at.code < 0 ? null : text("code");
  if (code !== null && !/^\d{3}$/.test(code)) return wrong("range_code", "code");
  const first = numberOf(text("from"), code);
  if (first === null) return wrong("range_number", "from");
  const last = numberOf(text("to"), code);
  if (last === null) return wrong("range_number", "to");
  if (first > last) return wrong("range_order", "to");
  if (text("operator") === "") return wrong("range_operator_missing", "operator");
  const timezone = at.timezone < 0 ? "" : text("timezone");
  if (timezone !== "" && !isKnownZone(timezone)) return wrong("timezone", "timezone");
  return {
    line,
    first,
    last,
    operator: text("operator").slice(0, 200),
    region: at.region < 0 ? null : text("region").slice(0, 200) || null,
    timezone: timezone || null,
  };
}

/**
 * @param code the code of a national plan, whose numbers have seven digits and may have lost
 *   leading zeros
 */
function numberOf(text: string, code: string | null): number | null {
  if (code !== null) return /^\d{1,7}$/.test(text) ? Number(RUSSIA + code + text.padStart(7, "0")) : null;
  return /^\+?[1-9]\d{6,14}$/.test(text) ? Number(text) : null;
}

/** We check each name once: a name that is no zone takes long to check. */
const zones = new Map<string, boolean>();
function isKnownZone(text: string): boolean {
  let isZone = zones.get(text);
  if (isZone === undefined) {
    isZone = isTimeZone(text);
    if (zones.size < 1_000) zones.set(text.slice(), isZone);
  }
  return isZone;
}
