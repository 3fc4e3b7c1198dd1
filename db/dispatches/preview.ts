import type { Filters, Terms } from "@/db/audience/terms";
import type { Sql, Tx } from "@/db/client";
import { isReachable, matchesFiltersButTag, matchesTerms } from "@/db/sending/audience";
import { iso } from "@/db/sql";
import type { Clause } from "@/lib/domain/audience/clause";
import type { DispatchStatus } from "@/lib/domain/lifecycle";

/** Part of an audience: those of one operator in one time zone (null: not known). */
export interface AudiencePart {
  operatorNo: number;
  timezone: string | null;
  /** Can be sent to. */
  count: number;
  optedOut: number;
}

const matching = (sql: Sql | Tx, { operatorNo, tagNo, terms }: Filters) => sql`
  from ${
    tagNo === null ? sql`recipients r` : sql`recipient_tags t join recipients r on r.no = t.recipient_no`
  }
  where ${matchesFiltersButTag(sql, operatorNo)} ${tagNo === null ? sql`` : sql`and t.tag_no = ${tagNo}`}
  ${terms === null ? sql`` : sql`and ${matchesTerms(sql, terms, "counted")}`}`;

/** The recipients who match the filters, in one grouped statement. */
export function countAudienceParts(sql: Sql | Tx, filters: Filters): Promise<AudiencePart[]> {
  return sql<AudiencePart[]>`
    select r.operator_no as "operatorNo", r.timezone,
      count(*) filter (where ${isReachable(sql)})::float8 as count,
      count(*) filter (where r.opted_out_at is not null)::float8 as "optedOut"
    ${matching(sql, filters)} group by 1, 2`;
}

/** The time zones of all recipients, or of an operator's. Each zone costs one index lookup. */
export async function listZones(sql: Sql | Tx, operatorNo: number | null): Promise<string[]> {
  const rows = await sql<{ zone: string }[]>`
    with recursive found as (
      select o.no, (
        select r.timezone from recipients r where r.operator_no = o.no order by r.timezone limit 1
      ) as zone
      from operators o ${operatorNo === null ? sql`` : sql`where o.no = ${operatorNo}`}
      union all
      select f.no, (
        select r.timezone from recipients r
        where r.operator_no = f.no and r.timezone > f.zone order by r.timezone limit 1
      )
      from found f where f.zone is not null
    )

    select distinct zone from found where zone is not null`;
  return rows.map(({ zone }) => zone);
}

/** The phones of the first few who would get it, among those that a bounded stretch has. */
export async function sampleAudience(sql: Sql | Tx, filters: Filters, limit: number): Promise<string[]> {
  const { tagNo, terms } = filters;
  if (terms) return sampleTerms(sql, terms, limit);
  const rows = await sql<{ phone: string }[]>`
    select r.phone ${matching(sql, filters)} and ${isReachable(sql)}
    order by ${tagNo === null ? sql`r.no` : sql`t.recipient_no`} limit ${limit}`;
  return rows.map((row) => row.phone);
}

const SAMPLED_ROWS = 5_000;

/** A rare combination may have none there: then no phones are shown. */
async function sampleTerms(sql: Sql | Tx, terms: Terms, limit: number): Promise<string[]> {
  const tag = terms.all[0];
  const stretch =
    tag === undefined
      ? sql`select no from recipients order by no limit ${SAMPLED_ROWS}`
      : sql`
        select recipient_no as no from recipient_tags where tag_no = ${tag}
        order by recipient_no limit ${SAMPLED_ROWS}`;
  const rows = await sql<{ phone: string }[]>`
    select r.phone from (${stretch}) s
    cross join lateral (select * from recipients where no = s.no offset 0) r
    where ${isReachable(sql)} and ${matchesTerms(sql, terms, "probed")} order by s.no limit ${limit}`;
  return rows.map((row) => row.phone);
}

export interface Repeated {
  id: string;
  status: DispatchStatus;
  startAt: string;
}

/**
 * The last dispatch of the same text by the same filters that starts after an instant; one that was
 * cancelled before it sent anything is none.
 */
export async function findRepeated(
  sql: Sql | Tx,
  text: string,
  { operatorNo, tagNo, terms }: Filters,
  since: Date,
  except: string | null,
): Promise<Repeated | null> {
  const [row] = await sql<Repeated[]>`
    select d.id, d.status, ${iso(sql, "d.start_at")} as "startAt" from dispatches d
    where d.deleted_at is null and d.recipient_no is null
      and d.start_at > ${since.toISOString()}::timestamptz and d.message_text = ${text}
      and d.operator_no is not distinct from ${operatorNo}::int
      and d.tag_no is not distinct from ${tagNo}::int
      and ${hasTerms(sql, terms)}
      and (d.status <> 'cancelled' or d.started_at is not null)
      and (${except}::uuid is null or d.id <> ${except}::uuid)
    order by d.start_at desc limit 1`;
  return row ?? null;
}

/** Dispatch `d` asks for the same, in whatever order. */
function hasTerms(sql: Sql | Tx, terms: Terms | null) {
  if (terms === null) return sql`not d.has_terms`;
  const refs = (clause: Clause, nos: number[]) => nos.map((ref) => ({ clause, ref }));
  const rows = JSON.stringify([
    ...refs("tags_all", terms.all),
    ...refs("tags_any", terms.any),
    ...refs("tags_none", terms.none),
    ...refs("operators", terms.operators),
    ...refs("exclude_dispatches", terms.excluded),
    ...terms.attributes.flatMap(({ name, values }) =>
      values.map((value) => ({ clause: "attributes", ref: null, name, value })),
    ),
  ]);
  const own = sql`(
    select jsonb_agg(jsonb_build_object('clause', a.clause,
        'ref', coalesce(a.tag_no, a.operator_no, a.excluded_no))
      || case when a.name is null then '{}' else jsonb_build_object('name', a.name, 'value', a.value) end)
    from audience_terms a where a.dispatch_no = d.no)`;
  return sql`d.has_terms and ${own} @> ${rows}::text::jsonb and ${own} <@ ${rows}::text::jsonb`;
}
