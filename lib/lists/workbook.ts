import { posix } from "node:path";
import { ValidationError } from "@/lib/domain/errors";
import { COLUMNS_MAX } from "./columns";
import type { RawRow } from "./csv";
import { CELL_LENGTH_MAX } from "./rows";
import type { ListSource } from "./source";
import {
  columnOf,
  dateText,
  kindOfFormat,
  type NumberKind,
  numberText,
  SharedTexts,
  unescapeText,
} from "./workbook-cells";
import { readSmallXml, readXml } from "./xml";
import { openZip, workbookBroken, workbookTooLarge, type Zip, type ZipBounds } from "./zip";

/**
 * The most UTF-8 bytes of texts, which stay in memory: twice what a full sheet of people with five
 * texts each needs.
 */
const SHARED_TEXTS_BYTES_MAX = 134_217_728;
const SHEETS_MAX = 1_000;
const FORMATS_MAX = 100_000;
/** The largest integer of Postgres. */
const LINE_MAX = 2_147_483_647;

export interface Workbook {
  /** All sheets, in order. */
  sheets: string[];
  /** The sheet that we read. */
  sheet: string;
  rows(): AsyncGenerator<RawRow[]>;
}

interface Sheet {
  name: string;
  path: string;
  isHidden: boolean;
}

/**
 * Opens an .xlsx file.
 * @param chosen the name of the sheet; without it, the first sheet that is not hidden
 * @throws ValidationError
 */
export async function openWorkbook(
  source: ListSource,
  { sheet: chosen, bounds }: { sheet?: string; bounds?: ZipBounds } = {},
): Promise<Workbook> {
  const zip = await openZip(source, bounds);
  const root = await relations(zip, "");
  const path = root.find(({ type }) => type === "officeDocument")?.path;
  if (!path || !zip.has(path)) throw workbookBroken();
  const parts = await relations(zip, path);
  const { sheets, isFrom1904 } = await readContents(zip, path, parts);
  const sheet =
    chosen === undefined
      ? (sheets.find(({ isHidden }) => !isHidden) ?? sheets[0])
      : sheets.find(({ name }) => name === chosen);
  if (!sheet) {
    const names = sheets.map(({ name }) => name).join(", ");
    throw new ValidationError([
      {
        pointer: "",
        code: chosen === undefined ? "workbook_broken" : "unknown_sheet",
        params: { value: chosen ?? "", names },
      },
    ]);
  }
  const partOf = (type: string) => parts.find((part) => part.type === type && zip.has(part.path))?.path;
  return {
    sheets: sheets.map(({ name }) => name),
    sheet: sheet.name,
    async *rows() {
      const kinds = await readKinds(zip, partOf("styles"));
      const texts = await readTexts(zip, partOf("sharedStrings"));
      yield* readSheet(zip, sheet.path, { kinds, texts, isFrom1904 });
    },
  };
}

interface Relation {
  id: string;
  /** The last part of the type's URL, which is the same in both editions of the format. */
  type: string;
  path: string;
}

/**
 * Reads which parts a part refers to.
 * @param path "" for the file as a whole
 */
async function relations(zip: Zip, path: string): Promise<Relation[]> {
  const name = posix.join(posix.dirname(path), "_rels", `${posix.basename(path)}.rels`);
  const found: Relation[] = [];
  if (!zip.has(name)) return found;
  await readSmallXml(zip.read(name), {
    open(tag, { Id = "", Type = "", Target = "", TargetMode }) {
      if (tag !== "Relationship" || TargetMode === "External" || found.length >= SHEETS_MAX * 2) return;
      const target = Target.startsWith("/") ? Target.slice(1) : posix.join(posix.dirname(path), Target);
      found.push({ id: Id, type: Type.slice(Type.lastIndexOf("/") + 1), path: target });
    },
  });
  return found;
}

async function readContents(
  zip: Zip,
  path: string,
  parts: Relation[],
): Promise<{ sheets: Sheet[]; isFrom1904: boolean }> {
  const sheets: Sheet[] = [];
  let isFrom1904 = false;
  await readSmallXml(zip.read(path), {
    open(tag, attributes) {
      if (tag === "workbookPr") isFrom1904 = attributes.date1904 === "1" || attributes.date1904 === "true";
      if (tag !== "sheet" || sheets.length >= SHEETS_MAX) return;
      const part = parts.find(({ id }) => id === attributes.id);
      // A sheet that is a chart has no rows.
      if (part?.type === "worksheet" && zip.has(part.path))
        sheets.push({
          name: attributes.name ?? "",
          path: part.path,
          isHidden: /hidden/i.test(attributes.state ?? ""),
        });
    },
  });
  return { sheets, isFrom1904 };
}

/** Reads whether the numbers of each style are dates. */
async function readKinds(zip: Zip, path: string | undefined): Promise<NumberKind[]> {
  const codes = new Map<number, string>();
  const kinds: NumberKind[] = [];
  let isInCells = false;
  if (path)
    await readSmallXml(zip.read(path), {
      open(tag, attributes) {
        if (tag === "numFmt" && codes.size < FORMATS_MAX)
          codes.set(Number(attributes.numFmtId), attributes.formatCode ?? "");
        else if (tag === "cellXfs") isInCells = true;
        else if (tag === "xf" && isInCells && kinds.length < FORMATS_MAX) {
          const id = Number(attributes.numFmtId ?? 0);
          kinds.push(kindOfFormat(id, codes.get(id)));
        }
      },
      close(tag) {
        if (tag === "cellXfs") isInCells = false;
      },
    });
  return kinds;
}

/** Gathers the text of `<t>`, which may come in runs, without the phonetic text of `<rPh>`. */
class TextGatherer {
  private parts = "";
  private isText = false;
  private silent = 0;

  open(tag: string): void {
    if (tag === "rPh") this.silent++;
    this.isText = tag === "t" && this.silent === 0;
  }

  text(text: string): void {
    if (this.isText && this.parts.length <= CELL_LENGTH_MAX) this.parts += text;
  }

  close(tag: string): void {
    if (tag === "rPh") this.silent--;
    this.isText = false;
  }

  take(): string {
    const text = unescapeText(this.parts);
    this.parts = "";
    return text;
  }
}

async function readTexts(zip: Zip, path: string | undefined): Promise<SharedTexts> {
  const texts = new SharedTexts(SHARED_TEXTS_BYTES_MAX);
  const gatherer = new TextGatherer();
  if (path)
    await readSmallXml(zip.read(path), {
      open: (tag) => gatherer.open(tag),
      text: (text) => gatherer.text(text),
      close(tag) {
        gatherer.close(tag);
        if (tag === "si" && !texts.add(gatherer.take())) throw workbookTooLarge();
      },
    });
  return texts;
}

interface Meaning {
  kinds: NumberKind[];
  texts: SharedTexts;
  isFrom1904: boolean;
}

async function* readSheet(
  zip: Zip,
  path: string,
  { kinds, texts, isFrom1904 }: Meaning,
): AsyncGenerator<RawRow[]> {
  let rows: RawRow[] = [];
  let row: RawRow = { line: 0, cells: [], problem: null };
  let column = -1;
  let type = "n";
  let style = 0;
  let value = "";
  let isValue = false;
  const gatherer = new TextGatherer();

  const textOfCell = (): string => {
    if (type === "inlineStr") return gatherer.take();
    if (value === "") return "";
    if (type === "s") {
      const text = texts.get(Number(value));
      if (text === undefined) throw workbookBroken();
      return text;
    }
    if (type === "b") return value === "1" ? "true" : "false";
    // The result of a formula, an error, or an ISO date.
    if (type === "str" || type === "e" || type === "d") return unescapeText(value);
    return kinds[style] === "date" ? dateText(value, isFrom1904) : numberText(value);
  };
  const pieces = readXml(zip.read(path), {
    open(tag, attributes) {
      if (tag === "c") {
        const at = attributes.r === undefined ? column + 1 : columnOf(attributes.r);
        if (at < 0) throw workbookBroken();
        column = at;
        type = attributes.t ?? "n";
        style = Number(attributes.s ?? 0);
        value = "";
      } else if (tag === "v") isValue = true;
      else if (tag === "row") {
        const line = attributes.r === undefined ? row.line + 1 : Number(attributes.r);
        // Lines identify rows: a row that goes back would be taken for another.
        if (!Number.isInteger(line) || line <= row.line || line > LINE_MAX) throw workbookBroken();
        row = { line, cells: [], problem: null };
        column = -1;
      } else gatherer.open(tag);
    },
    text(text) {
      if (isValue && value.length <= CELL_LENGTH_MAX) value += text;
      else gatherer.text(text);
    },
    close(tag) {
      if (tag === "c") {
        const text = textOfCell();
        if (text === "") return;
        // A cell beyond the widest list counts as surplus, wherever it stands.
        const at = Math.min(column, COLUMNS_MAX);
        while (row.cells.length < at) row.cells.push("");
        row.cells[at] = text;
      } else if (tag === "v") isValue = false;
      else if (tag === "row") rows.push(row);
      else gatherer.close(tag);
    },
  });
  for await (const _ of pieces) {
    if (rows.length === 0) continue;
    yield rows;
    rows = [];
  }
}
