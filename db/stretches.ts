/** What was found, and the number that the search has come down to; null: it has seen all. */
export interface Searched<R> {
  rows: R[];
  searchedTo: number | null;
}

/** How much is searched at once: rows, and time after which no further stretch is begun. */
export interface SearchBounds {
  stretch: number;
  forMs: number;
}

const BOUNDS: SearchBounds = { stretch: 50_000, forMs: 1_000 };

/**
 * Searches what no index knows: rows from the newest down, a stretch of their numbers after the
 * other, until there are enough or it has taken long enough. Who asks goes on behind `searchedTo`.
 * @param top the number to begin under
 * @param read the newest matching rows with `to` <= number < `from`, at most `limit`
 */
export async function searchStretches<R>(
  top: number,
  limit: number,
  read: (from: number, to: number, limit: number) => Promise<R[]>,
  { stretch, forMs }: SearchBounds = BOUNDS,
): Promise<Searched<R>> {
  const rows: R[] = [];
  const startedMs = performance.now();
  let from = top;
  while (from > 1 && rows.length < limit) {
    const to = Math.max(1, from - stretch);
    rows.push(...(await read(from, to, limit - rows.length)));
    from = to;
    if (performance.now() - startedMs > forMs) break;
  }
  return { rows, searchedTo: from > 1 ? from : null };
}

/**
 * A list has the rows of one search before those of another: which search a row is of is the high
 * part of its place. Numbers have 32 bits.
 */
export const SEARCH_STEP = 2 ** 32;

/**
 * Where a search goes on. `isOver`: the list is behind it. `before`: null: it begins.
 * @param at the place that the list goes on behind; null: it begins
 */
export function searchFrom(search: number, at: number | null): { isOver: boolean; before: number | null } {
  const isOver = at !== null && at <= search * SEARCH_STEP;
  const isBegun = at !== null && !isOver && at < (search + 1) * SEARCH_STEP;
  return { isOver, before: isBegun ? at - search * SEARCH_STEP : null };
}

/** A part of a text as `like` asks for it, whatever stands in it. */
export const likePart = (part: string): string => `%${part.replace(/[\\%_]/g, "\\$&")}%`;
