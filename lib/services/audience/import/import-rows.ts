import { attributeValueMax } from "@/lib/contract/audience/recipient";
import { isTagName, isUuid, tagsOfRecipientMax } from "@/lib/contract/audience/tag";
import { unguardCell } from "@/lib/domain/csv-text";
import { normalizePhone } from "@/lib/domain/phone";
import { prefixTable } from "@/lib/domain/prefixes";
import { isTimeZone } from "@/lib/domain/time-zone";
import type { ImportLayout } from "./import-header";

/** A row that may be stored. */
export interface ImportedRow {
  phone: string;
  operatorNo: number;
  /** The file said so; otherwise the number's prefix did. */
  operatorGiven: boolean;
  timezone: string | null;
  /** A JSON object as text. */
  attributes: string;
  /** Ids or names. */
  tags: string[];
}

/** Reads a row's cells into a row, or into the code of the first thing that is wrong with it. */
export type RowReader = (cells: string[]) => ImportedRow | string;

interface DirectoryEntry {
  no: number;
  id: string;
  code: string;
  prefixes: string[];
}

const noTags: string[] = [];

/** @param operators all of them, as of the beginning of the import; so are `tagIds` */
export function rowReader(layout: ImportLayout, operators: DirectoryEntry[], tagIds: ReadonlySet<string>): RowReader {
  const width = layout.header.length;
  const byName = new Map([...operators.map((o) => [o.code, o.no] as const), ...operators.map((o) => [o.id, o.no] as const)]);
  const prefixes = prefixTable(operators.flatMap((o) => o.prefixes.map((prefix) => [prefix, o.no] as const)));
  // Cells repeat from row to row: each distinct one is judged once. Only good ones are kept, so that a bad file cannot fill the memory.
  const zones = new Set<string>();
  const tagCells = new Map<string, string[]>();

  const readTags = (cell: string): string[] | string => {
    if (cell === "") return noTags;
    const known = tagCells.get(cell);
    if (known) return known;
    const tags = [
      ...new Set(
        cell
          .split("|")
          .map((name) => name.trim())
          .filter((name) => name !== ""),
      ),
    ];
    if (tags.length > tagsOfRecipientMax) return "too_many_tags";
    for (const name of tags) {
      // An id is only ever the id of a tag that exists: names are not shaped like ids.
      if (isUuid(name) ? !tagIds.has(name.toLowerCase()) : !isTagName(name)) return isUuid(name) ? "unknown_tag" : "tag_name";
    }
    if (tagCells.size < 10_000) tagCells.set(cell, tags);
    return tags;
  };

  return (cells) => {
    if (cells.length !== width) return "cell_count";
    for (const cell of cells) if (unstorable.test(cell)) return "characters";
    for (const index of layout.nameless) if (cells[index]!.trim() !== "") return "cell_without_column";

    const phone = normalizePhone(unguardCell(cells[layout.phone]!.trim()));
    if (phone === null) return "phone";

    const operator = layout.operator < 0 ? "" : unguardCell(cells[layout.operator]!.trim());
    const operatorNo = operator === "" ? prefixes.find(phone) : (byName.get(operator) ?? byName.get(operator.toLowerCase()));
    if (operatorNo === undefined) return operator === "" ? "no_operator_for_phone" : "unknown_operator";

    const timezone = layout.timezone < 0 ? "" : cells[layout.timezone]!.trim();
    if (timezone !== "" && !zones.has(timezone)) {
      if (!isTimeZone(timezone)) return "timezone";
      zones.add(timezone);
    }

    const tags = layout.tags < 0 ? noTags : readTags(unguardCell(cells[layout.tags]!.trim()));
    if (typeof tags === "string") return tags;

    let attributes = "{}";
    if (layout.attributes.length > 0) {
      const values: Record<string, string> = {};
      for (const { name, index } of layout.attributes) {
        const value = unguardCell(cells[index]!.trim());
        if (value.length > attributeValueMax) return "attribute_too_long";
        if (value !== "") values[name] = value;
      }
      attributes = JSON.stringify(values);
    }
    return { phone, operatorNo, operatorGiven: operator !== "", timezone: timezone === "" ? null : timezone, attributes, tags };
  };
}

/** NUL, which Postgres cannot keep, and the mark of bytes that were no characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what it is about
const unstorable = /[\u0000\ufffd]/;
