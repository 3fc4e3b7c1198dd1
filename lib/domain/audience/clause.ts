/**
 * The clauses of an audience, in the order in which we show them. A recipient belongs when all of
 * them hold.
 */
export const clauses = [
  "tags_all",
  "tags_any",
  "tags_none",
  "operators",
  "attributes",
  "exclude_dispatches",
] as const;
export type Clause = (typeof clauses)[number];
