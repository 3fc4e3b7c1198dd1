import { attributeValueMax } from "@/lib/contract/audience/recipient";
import { unguardCell } from "@/lib/domain/audience/csv-text";
import { type PhoneCountry, withoutInvisible } from "@/lib/domain/audience/phone-reader";
import { isBlank, trimUnseen } from "@/lib/domain/text/unseen";
import { isTimeZone } from "@/lib/domain/time-zone";
import type { ListColumn } from "./columns";
import { BROKEN, copied, NUL, storable } from "./copied";
import type { RawRow } from "./csv";
import { readOptOut } from "./opt-out";
import { readPhone } from "./phone";
import type { RowCode, RowProblem } from "./problem";
import { type KnownTag, tagReader } from "./tags";

/**
 * A row of a list, as far as we can read it. It can be stored when none of its problems is an
 * error.
 */
export interface ListRow {
  line: number;
  /**
   * E.164. It is set even with some errors: a row that is rejected for another reason may still opt
   * this person out.
   */
  phone: string | null;
  /** A code, a name or an id, as written in the file. */
  operator: string | null;
  timezone: string | null;
  /** Names. A known tag has the name that it has in Carillon. */
  tags: string[];
  /** The cells that are not empty. */
  attributes: Record<string, string>;
  /** Null when the file has no column that says it. */
  isOptedOut: boolean | null;
  /** Since when, if the file says so. */
  optedOutAt: string | null;
  problems: RowProblem[];
  isRejected: boolean;
  /**
   * The cells of a row with problems, unchanged; long cells are cut. Null for a row without
   * problems.
   */
  cells: string[] | null;
}

export interface RowCounts {
  rows: number;
  rejected: number;
  /** The number of problems of each code. */
  errors: Partial<Record<RowCode, number>>;
  warnings: Partial<Record<RowCode, number>>;
  /** How many phones had no country code, and the first of them. */
  nationalCount: number;
  nationalSamples: { line: number; value: string; phone: string }[];
}

export interface RowOptions {
  country: PhoneCountry;
  knownTags?: Iterable<KnownTag>;
  /** An invalid time zone or tag rejects its row. */
  isStrict?: boolean;
  /** Rejects a row by what only the caller knows, or warns of it. */
  check?: (
    row: ListRow,
  ) => { code: RowCode; of: ListColumn["meaning"]; value: string; isWarning?: boolean } | null;
}

/** The most characters of a cell: what spreadsheets allow. */
export const CELL_LENGTH_MAX = 32_767;
const KEPT_LENGTH = 8_192;
const VALUE_LENGTH = 100;
const SAMPLES = 3;
const OPERATOR_LENGTH_MAX = 200;
const ZONES_KEPT = 1_000;

/** The results of failed formulas. Nobody wants to read them in a message. */
const spreadsheetError =
  /^#(N\/A|REF!|VALUE!|NAME\?|DIV\/0!|NUM!|NULL!|SPILL!|CALC!|Н\/Д|ССЫЛКА!|ЗНАЧ!|ИМЯ\?|ДЕЛ\/0!|ЧИСЛО!|ПУСТО!)$/i;
const noTags: string[] = [];

/**
 * Reads rows and counts them.
 * @returns a function from the cells of a row to the row, or to null when the row is empty; and its
 *   counts
 */
export function rowReader(
  columns: ListColumn[],
  { country, knownTags, isStrict = false, check }: RowOptions,
) {
  const at = (meaning: ListColumn["meaning"]) => columns.findIndex((column) => column.meaning === meaning);
  const all = (meaning: ListColumn["meaning"]) =>
    columns.flatMap((column, index) => (column.meaning === meaning ? [index] : []));
  const [phoneAt, operatorAt, timezoneAt, tagsAt] = [at("phone"), at("operator"), at("timezone"), at("tags")];
  const [optOutsAt, attributesAt, namelessAt] = [all("opted_out"), all("attribute"), all("nameless")];
  const isRead = columns.map(({ meaning }) => meaning !== "passed_over");
  const readTags = tagReader(knownTags);
  /** We check each name once: a name that is no zone takes long to check. */
  const zones = new Map<string, boolean>();
  const counts: RowCounts = {
    rows: 0,
    rejected: 0,
    errors: {},
    warnings: {},
    nationalCount: 0,
    nationalSamples: [],
  };

  const read = ({ line, cells, problem }: RawRow): ListRow | null => {
    if (problem === null && cells.every(isBlank)) return null;
    counts.rows++;
    const row: ListRow = {
      line,
      phone: null,
      operator: null,
      timezone: null,
      tags: noTags,
      attributes: {},
      isOptedOut: optOutsAt.length > 0 ? false : null,
      optedOutAt: null,
      problems: [],
      isRejected: false,
      cells: null,
    };
    const note = (code: RowCode, index: number | null, value: string, isWarning = false) => {
      const column = index === null ? null : (columns[index]?.name ?? "");
      row.problems.push({ code, column, value: shown(value), isWarning });
      if (!isWarning) row.isRejected = true;
      const tally = isWarning ? counts.warnings : counts.errors;
      tally[code] = (tally[code] ?? 0) + 1;
    };
    const text = (index: number) => (index < 0 ? "" : trimUnseen(cells[index] ?? ""));

    if (problem !== null) note(problem, null, cells.join(" "));
    else {
      readShape(cells, note);
      readPhoneOf(row, text(phoneAt), note);
      readOptOuts(row, text, note);
      if (operatorAt >= 0)
        row.operator =
          withoutInvisible(unguardCell(text(operatorAt)))
            .slice(0, OPERATOR_LENGTH_MAX)
            .trim() || null;
      if (timezoneAt >= 0) readTimezone(row, withoutInvisible(text(timezoneAt)), note);
      if (tagsAt >= 0 && text(tagsAt).length <= CELL_LENGTH_MAX) {
        const { tags, problem } = readTags(unguardCell(text(tagsAt)));
        row.tags = tags;
        if (problem) note(problem.code, tagsAt, problem.value, !isStrict);
      }
      for (const index of attributesAt) {
        const value = unguardCell(text(index));
        if (value === "") continue;
        if (value.length > attributeValueMax) note("attribute_too_long", index, value);
        else row.attributes[columns[index]!.name] = value;
      }
    }
    const found = row.isRejected ? null : check?.(row);
    if (found) note(found.code, at(found.of), found.value, found.isWarning);
    if (row.problems.length > 0) row.cells = keptCells(cells);
    if (row.isRejected) counts.rejected++;
    return row;
  };

  type Note = (code: RowCode, index: number | null, value: string, isWarning?: boolean) => void;

  /** Finds faults that do not depend on the meaning of the columns. */
  function readShape(cells: string[], note: Note): void {
    for (let index = columns.length; index < cells.length; index++)
      if (!isBlank(cells[index]!)) {
        note("surplus_cell", null, cells[index]!);
        break;
      }
    for (const index of namelessAt)
      if (!isBlank(cells[index] ?? "")) note("surplus_cell", null, cells[index]!);
    const length = Math.min(cells.length, columns.length);
    for (let index = 0; index < length; index++) {
      const cell = cells[index]!;
      if (!isRead[index]) continue;
      if (cell.length > CELL_LENGTH_MAX) note("cell_too_long", index, cell);
      if (cell.includes(BROKEN)) note("broken_letter", index, cell);
      // The phone reader strips invisible characters, NUL among them.
      else if (index !== phoneAt && cell.includes(NUL)) note("characters", index, cell);
      else if (cell.charCodeAt(0) === 35 && spreadsheetError.test(cell))
        note("spreadsheet_error", index, cell);
    }
  }

  function readPhoneOf(row: ListRow, text: string, note: Note): void {
    const { phone, isNational, problem } = readPhone(text, country);
    row.phone = phone;
    if (problem) {
      if (problem !== "phone" || !row.problems.some(({ column }) => column === columns[phoneAt]!.name))
        note(text === "" ? "phone_missing" : problem, phoneAt, text);
    } else if (isNational) {
      counts.nationalCount++;
      if (counts.nationalSamples.length < SAMPLES)
        counts.nationalSamples.push({ line: row.line, value: shown(text), phone: phone! });
    }
  }

  function readOptOuts(row: ListRow, text: (index: number) => string, note: Note): void {
    for (const index of optOutsAt) {
      const value = text(index);
      if (value === "") continue;
      const reading = readOptOut(withoutInvisible(unguardCell(value)));
      if (!reading) note("opted_out_value", index, value);
      else if (reading.isOut) {
        row.isOptedOut = true;
        row.optedOutAt ??= reading.at;
      }
    }
  }

  function readTimezone(row: ListRow, text: string, note: Note): void {
    if (text === "") return;
    let isZone = zones.get(text);
    if (isZone === undefined) {
      isZone = isTimeZone(text);
      if (zones.size < ZONES_KEPT) zones.set(copied(text), isZone);
    }
    if (isZone) row.timezone = text;
    else note("timezone", timezoneAt, text, !isStrict);
  }

  return { read, counts };
}

/**
 * Does a line within a quoted cell look like a person's row? Then the quote should have been closed
 * before that line.
 */
export function rowLook(
  columns: ListColumn[],
  delimiter: string,
  country: PhoneCountry,
): (line: string) => boolean {
  const phoneAt = columns.findIndex(({ meaning }) => meaning === "phone");
  return (line) => {
    const cells = line.split(delimiter, columns.length + 1);
    const phone = cells[phoneAt];
    if (phone === undefined || cells.length < Math.min(2, columns.length)) return false;
    return (
      readPhone(phone, country).phone !== null ||
      (cells.length === columns.length && cells.length > 1 && /^\D*(?:\d\D{0,3}){7,}$/.test(phone))
    );
  };
}

const shown = (value: string): string => storable(value.slice(0, VALUE_LENGTH));

/** Limits cells in number and length, and removes what Postgres cannot store. */
export function keptCells(cells: string[]): string[] {
  let room = KEPT_LENGTH;
  return cells.slice(0, 200).map((cell) => {
    const part = cell.slice(0, room);
    room -= part.length;
    return storable(part);
  });
}
