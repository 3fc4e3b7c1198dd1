import type { Sql, Tx } from "./client";

/** Part of an audience: those of one operator in one time zone (null: not known). */
export interface AudiencePart {
  operatorNo: number;
  timezone: string | null;
  /** Can be sent to. */
  count: number;
  optedOut: number;
}

const matching = (sql: Sql | Tx, operatorNo: number | null, tagNo: number | null) => sql`
  ${tagNo === null ? sql`from recipients r` : sql`from recipient_tags t join recipients r on r.no = t.recipient_no`}
  where r.deleted_at is null ${tagNo === null ? sql`` : sql`and t.tag_no = ${tagNo}`} ${operatorNo === null ? sql`` : sql`and r.operator_no = ${operatorNo}`}`;

/** Who matches the filters, in one grouped statement. */
export function countAudienceParts(sql: Sql | Tx, operatorNo: number | null, tagNo: number | null): Promise<AudiencePart[]> {
  return sql<AudiencePart[]>`
    select r.operator_no as "operatorNo", r.timezone, count(*) filter (where r.opted_out_at is null)::float8 as count,
      count(*) filter (where r.opted_out_at is not null)::float8 as "optedOut"
    ${matching(sql, operatorNo, tagNo)} group by 1, 2`;
}

/** The phones of the first few who would get it. */
export async function sampleAudience(sql: Sql | Tx, operatorNo: number | null, tagNo: number | null, limit: number): Promise<string[]> {
  const rows = await sql<{ phone: string }[]>`
    select r.phone ${matching(sql, operatorNo, tagNo)} and r.opted_out_at is null order by ${tagNo === null ? sql`r.no` : sql`t.recipient_no`} limit ${limit}`;
  return rows.map((row) => row.phone);
}
