import { readPart } from "@/db/audience/imports";
import { listTagNames } from "@/db/audience/tags";
import type { ImportOptions } from "@/lib/contract/audience/import";
import { ValidationError } from "@/lib/domain/errors";
import { type List, type ListSummary, openList } from "@/lib/lists/open-list";
import type { RowOptions } from "@/lib/lists/rows";
import type { ListSource } from "@/lib/lists/source";
import type { Context } from "@/lib/services/context";

/** All parts of a file but its last have so many bytes. */
export const PART_BYTES = 2 ** 20;

const PIECE_BYTES = 2 ** 16;

/** What a file turned out to be, kept with its import. */
export type FoundFile = ListSummary & {
  bytes: number;
  operators: Record<string, number>;
  zones: Record<string, number>;
  newTags: string[];
  /** That good rows have. Absent: a version before has read the file. */
  attributeNames?: string[];
  /** The load of number ranges that its operators were found by. */
  rangesNo?: number | null;
};

/** The file of an import, as its parts have it. */
export function storedSource(ctx: Context, importNo: number, size: number): ListSource {
  return {
    size,
    async *read(start, end = size) {
      const take = (part: number) => readPart(ctx.db.sql, importNo, part);
      const first = Math.floor(start / PART_BYTES);
      let next = take(first);
      for (let part = first, at = start; at < end; part++) {
        const bytes = await next;
        if (!bytes) throw new Error(`part ${part} of import ${importNo} is gone`);
        if ((part + 1) * PART_BYTES < end) {
          // It comes while this one is read. That it failed is heard when it is waited for.
          next = take(part + 1);
          next.catch(() => {});
        }
        const from = at - part * PART_BYTES;
        const wanted = bytes.subarray(from, Math.min(PART_BYTES, end - part * PART_BYTES));
        // The rows of a piece are all in memory at once.
        for (let piece = 0; piece < wanted.length; piece += PIECE_BYTES)
          yield wanted.subarray(piece, piece + PIECE_BYTES);
        at = (part + 1) * PART_BYTES;
      }
    },
  };
}

/** The option of the call that a list is refused for. */
const optionOf: Record<string, string> = {
  unknown_encoding: "/encoding",
  unknown_delimiter: "/delimiter",
  unknown_country: "/country",
  unknown_sheet: "/sheet",
};

/** Opens a list; readers of lists know of no call, so here its errors get their options. */
export async function atOptions<L>(opening: Promise<L>): Promise<L> {
  try {
    return await opening;
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    throw new ValidationError(
      error.errors.map((one) => ({ ...one, pointer: optionOf[one.code] ?? one.pointer })),
    );
  }
}

/**
 * Opens the file of an import by what its sender chose.
 * @throws ValidationError: the file is no list; unless it is a dry run, its header is wrong, or
 * nobody said its encoding and it is not sure
 */
export async function openStoredList(
  ctx: Context,
  importNo: number,
  bytes: number,
  options: ImportOptions,
  check?: RowOptions["check"],
): Promise<List> {
  const { country, encoding, delimiter, sheet, strict, columns, headerless } = options;
  const opening = openList(storedSource(ctx, importNo, bytes), {
    country,
    encoding,
    delimiter,
    sheet,
    isStrict: strict,
    tellsFaults: options.dry_run,
    check,
    columnNames: columns,
    isHeaderless: headerless,
    knownTags: await listTagNames(ctx.db.sql),
  });
  const list = await atOptions(opening);
  const { isSure, candidates } = list.summary;
  if (!isSure && !options.dry_run)
    throw new ValidationError([
      {
        pointer: "/encoding",
        code: "encoding_unsure",
        params: { candidates: candidates.map((one) => one.encoding).join(", ") },
      },
    ]);
  return list;
}
