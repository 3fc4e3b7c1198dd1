import { ValidationError } from "@/lib/domain/errors";

export interface PageQuery {
  /** 1–200 */
  limit: number;
  cursor?: string | undefined;
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/**
 * One page of rows that are numbered. The cursor is opaque to clients: the number of the last row
 * they saw.
 * @param read must answer at most `limit` rows, those behind the one with the number `after`
 * @throws ValidationError when the cursor is not one of ours
 */
export async function page<R extends { no: number }>(
  query: PageQuery,
  read: (limit: number, after: number | null) => Promise<R[]>,
): Promise<Page<R>> {
  const all = async (limit: number, after: number | null) => ({
    rows: await read(limit, after),
    searchedTo: null,
  });
  return searchedPage(query, all, ({ no }) => no);
}

/**
 * The same of rows that are searched for a bounded time: a page may hold fewer than asked for
 * although more may follow. The cursor is the place of the last row, or how far it was searched.
 */
export async function searchedPage<R>(
  query: PageQuery,
  read: (limit: number, after: number | null) => Promise<{ rows: R[]; searchedTo: number | null }>,
  placeOf: (row: R) => number,
): Promise<Page<R>> {
  const after = query.cursor === undefined ? null : decodeCursor(query.cursor);
  const { rows, searchedTo } = await read(query.limit + 1, after);
  const items = rows.slice(0, query.limit);
  const next = rows.length > query.limit ? placeOf(items.at(-1)!) : searchedTo;
  return { items, nextCursor: next === null ? null : encodeCursor(next) };
}

const encodeCursor = (no: number) => `n${no}`;

function decodeCursor(cursor: string): number {
  const no = /^n(\d{1,11})$/.exec(cursor)?.[1];
  if (no === undefined) throw new ValidationError([{ pointer: "/cursor", code: "cursor" }]);
  return Number(no);
}
