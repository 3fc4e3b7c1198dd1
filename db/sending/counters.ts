import { messageStatuses } from "@/lib/domain/lifecycle";

/** The counter columns of lanes and chunks, one a message status: `sending, deferred, …`. */
export const counterColumns = messageStatuses;

const each = (f: (column: string) => string) => counterColumns.map(f).join(", ");

/** SQL lists made from the one table of statuses, for {@link raw}. */
export const counterSql = {
  names: each((c) => c),
  sums: each((c) => `coalesce(sum(${c}), 0)::bigint as ${c}`),
  namesOf: (table: string) => each((c) => `${table}.${c}`),
  /** For jsonb_build_object. */
  pairs: (table: string) => each((c) => `'${c}', ${table}.${c}`),
  /** Nought, but for the columns named. */
  only: (values: Partial<Record<string, string>>) => each((c) => values[c] ?? "0"),
  total: counterColumns.join(" + "),
  totalOf: (table: string) => counterColumns.map((c) => `${table}.${c}`).join(" + "),
  add: (target: string, source: string) => each((c) => `${c} = ${target}.${c} + ${source}.${c}`),
};
