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
 * @param numberOf where the number is not the row's own `no`
 * @throws ValidationError when the cursor is not one of ours
 */
export async function page<R extends { no: number }>(
  query: PageQuery,
  read: (limit: number, after: number | null) => Promise<R[]>,
  numberOf = ({ no }: R) => no,
): Promise<Page<R>> {
  const rows = await read(query.limit + 1, query.cursor === undefined ? null : decodeCursor(query.cursor));
  const items = rows.slice(0, query.limit);
  return { items, nextCursor: rows.length > query.limit ? encodeCursor(numberOf(items.at(-1)!)) : null };
}

const encodeCursor = (no: number) => `n${no}`;

function decodeCursor(cursor: string): number {
  const no = /^n(\d{1,10})$/.exec(cursor)?.[1];
  if (no === undefined) throw new ValidationError([{ pointer: "/cursor", code: "cursor" }]);
  return Number(no);
}
