import type { Fragment } from "postgres";
import { type Filters, noTerms } from "@/db/audience/terms";
import type { Sql, Tx } from "@/db/client";
import { clausesOf, isReachable, matchesFiltersButTag } from "@/db/sending/audience";
import { isTimeout } from "@/lib/common/database-errors";
import type { Clause } from "@/lib/domain/audience/clause";
import { type AudiencePart, countAudienceParts } from "./preview";

/**
 * How many an audience has, for whoever waits in front of a screen: exact where that is quick, else
 * an estimate that says so. Messages are never counted.
 */

/** Up to so many recipients in all, everything is counted, clause by clause. */
export const ALL_MAX = 100_000;
/** More than so many rows on the way are not counted within the time there is. */
const COUNTED_MAX = 1_000_000;
const COUNT_MS_MAX = 800;
/** What an estimate looks at: it errs by half a percent of all at most, mostly. */
const SAMPLE = 10_000;

export interface AudienceSize {
  parts: AudiencePart[];
  isEstimate: boolean;
  /** How many could be sent to without any clause, and how many each leaves of those before it. */
  everyone: number;
  clauses: { clause: Clause; left: number }[];
  areClausesEstimates: boolean;
}

export interface Scale {
  maxNo: number;
  /** Rows of the smallest index that has all who match. */
  rows: number;
  /** The smallest tag that all of them have. */
  tag: { no: number; size: number } | undefined;
}

export async function measureAudience(sql: Sql | Tx, filters: Filters): Promise<AudienceSize> {
  const scale = await readScale(sql, filters);
  const { terms } = filters;
  if (scale.maxNo <= ALL_MAX && terms) return passClauses(sql, filters, null);
  const plain = { everyone: 0, clauses: [], areClausesEstimates: false };
  const exact =
    scale.maxNo <= ALL_MAX
      ? await countAudienceParts(sql, filters)
      : scale.rows <= COUNTED_MAX
        ? await within(sql, COUNT_MS_MAX, (tx) => countAudienceParts(tx, filters))
        : undefined;
  if (exact && !terms) return { parts: exact, isEstimate: false, ...plain };
  const sampled = await passClauses(sql, filters, ofAll(sql, scale.maxNo));
  if (exact) return { ...sampled, parts: exact, isEstimate: false };
  // Few of all may be many of a tag.
  const isFiner = terms && scale.tag && scale.tag.size * 2 < scale.maxNo;
  const { parts } = isFiner ? await passClauses(sql, filters, ofTag(sql, scale.tag!)) : sampled;
  return { ...sampled, parts };
}

export async function readScale(sql: Sql | Tx, { operatorNo, tagNo, terms }: Filters): Promise<Scale> {
  const { all, any, operators } = terms ?? noTerms;
  const tags = tagNo === null ? all : [tagNo];
  const [row] = await sql<{ maxNo: number; operators: number; counts: Record<string, number> }[]>`
    select (select coalesce(max(no), 0) from recipients)::float8 as "maxNo",
      (select greatest(count(*), 1) from operators)::float8 as operators, (
        select coalesce(jsonb_object_agg(tag_no, n), '{}') from (
          select tag_no, sum(count) as n from tag_counts
          where tag_no = any(${[...tags, ...any]}::int[]) group by 1
        ) counted
      ) as counts`;
  const { maxNo, counts } = row!;
  const sizeOf = (no: number) => counts[no] ?? 0;
  const named = operatorNo === null ? operators.length : 1;
  const smallest = [...tags].sort((a, b) => sizeOf(a) - sizeOf(b))[0];
  return {
    maxNo,
    tag: smallest === undefined ? undefined : { no: smallest, size: sizeOf(smallest) },
    rows: Math.min(
      maxNo,
      ...tags.map(sizeOf),
      ...(any.length > 0 ? [any.reduce((sum, no) => sum + sizeOf(no), 0)] : []),
      ...(named > 0 ? [(maxNo * named) / row!.operators] : []),
    ),
  };
}

/** Undefined when it takes longer. */
async function within<T>(sql: Sql | Tx, ms: number, work: (tx: Tx) => Promise<T>): Promise<T | undefined> {
  const attempt = async (tx: Tx) => {
    await tx`select set_config('statement_timeout', ${String(ms)}, true)`;
    const done = await work(tx);
    // A savepoint that is released keeps it.
    await tx`set local statement_timeout to default`;
    return done;
  };
  try {
    return (await ("savepoint" in sql ? sql.savepoint(attempt) : sql.begin(attempt))) as T;
  } catch (error) {
    if (isTimeout(error)) return undefined;
    throw error;
  }
}

/** Some recipients `r`, and how many each of them stands for, given how many were looked at. */
export interface Sample {
  from: Fragment;
  weight: (looked: number) => number;
}

/** Numbers spread over all, the same ones each time: so an estimate does not move by itself. */
export const ofAll = (sql: Sql | Tx, maxNo: number, size = SAMPLE): Sample => ({
  from: sql`(
        select ceil((i - 1 + (hashint4(i) & 1023) / 1024.0) * ${maxNo}::float8 / ${size}::int)::bigint as no
        from generate_series(1, ${size}::int) i
      ) s cross join lateral (select * from recipients where no = s.no offset 0) r`,
  weight: () => Math.max(1, maxNo / size),
});

/** Those who have a tag, on some pages of the table, the same ones each time. */
export const ofTag = (sql: Sql | Tx, { no, size }: { no: number; size: number }): Sample => ({
  from: sql`(
        select recipient_no as no
        from recipient_tags
          tablesample system (${Math.min(100, (100 * SAMPLE) / size)}::float8) repeatable (1)
        where tag_no = ${no}
      ) s cross join lateral (select * from recipients where no = s.no offset 0) r`,
  weight: (looked) => size / Math.max(1, looked),
});

/** Who passes clause after clause: of all recipients, or of a sample. */
async function passClauses(
  sql: Sql | Tx,
  { operatorNo, tagNo, terms }: Filters,
  sample: Sample | null,
): Promise<AudienceSize> {
  const clauses = clausesOf(sql, terms ?? noTerms, "probed");
  const isAsked = sql`${matchesFiltersButTag(sql, operatorNo)}
    ${
      tagNo === null
        ? sql``
        : sql`and exists (
            select from recipient_tags t where t.tag_no = ${tagNo} and t.recipient_no = r.no offset 0)`
    }`;
  const missed = clauses.map(({ holds }, i) => sql`when not (${holds}) then ${i}::int`);
  const passed =
    missed.length === 0
      ? sql`0`
      : sql`case ${missed.reduce((all, one) => sql`${all} ${one}`)} else ${missed.length}::int end`;
  const rows = await sql<
    { operatorNo: number; timezone: string | null; left: number[]; optedOut: number; looked: number }[]
  >`
    select operator_no as "operatorNo", timezone,
      array[${Array.from(
        { length: clauses.length + 1 },
        (_, i) => sql`count(*) filter (where reachable and passed >= ${i}::int)`,
      ).reduce((all, one) => sql`${all}, ${one}`)}]::float8[] as left,
      (count(*) filter (where opted_out and passed >= ${clauses.length}::int))::float8 as "optedOut",
      count(*)::float8 as looked
    from (
      select r.operator_no, r.timezone, ${isReachable(sql)} as reachable,
        r.opted_out_at is not null as opted_out, ${passed} as passed
      from ${sample?.from ?? sql`recipients r`} where ${isAsked} offset 0
    ) asked group by 1, 2`;
  const weight = sample?.weight(rows.reduce((sum, { looked }) => sum + looked, 0)) ?? 1;
  const scaled = (n: number) => Math.round(n * weight);
  const total = (i: number) => scaled(rows.reduce((sum, { left }) => sum + left[i]!, 0));
  return {
    parts: rows
      .map(({ left, optedOut, looked: _, ...part }) => ({
        ...part,
        count: scaled(left.at(-1)!),
        optedOut: scaled(optedOut),
      }))
      .filter(({ count, optedOut }) => count + optedOut > 0),
    isEstimate: sample !== null,
    everyone: total(0),
    clauses: clauses.map(({ clause }, i) => ({ clause, left: total(i + 1) })),
    areClausesEstimates: sample !== null,
  };
}
