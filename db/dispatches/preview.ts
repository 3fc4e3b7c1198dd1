import type { Sql, Tx } from "@/db/client";
import { isReachable } from "@/db/sending/audience";
import { iso } from "@/db/sql";
import type { DispatchStatus } from "@/lib/domain/lifecycle";

/** Part of an audience: those of one operator in one time zone (null: not known). */
export interface AudiencePart {
  operatorNo: number;
  timezone: string | null;
  /** Can be sent to. */
  count: number;
  optedOut: number;
}

const matching = (sql: Sql | Tx, operatorNo: number | null, tagNo: number | null) => sql`
  from ${
    tagNo === null ? sql`recipients r` : sql`recipient_tags t join recipients r on r.no = t.recipient_no`
  }
  where r.deleted_at is null ${tagNo === null ? sql`` : sql`and t.tag_no = ${tagNo}`}
  ${operatorNo === null ? sql`` : sql`and r.operator_no = ${operatorNo}`}`;

/** The recipients who match the filters, in one grouped statement. */
export function countAudienceParts(
  sql: Sql | Tx,
  operatorNo: number | null,
  tagNo: number | null,
): Promise<AudiencePart[]> {
  return sql<AudiencePart[]>`
    select r.operator_no as "operatorNo", r.timezone,
      count(*) filter (where ${isReachable(sql)})::float8 as count,
      count(*) filter (where r.opted_out_at is not null)::float8 as "optedOut"
    ${matching(sql, operatorNo, tagNo)} group by 1, 2`;
}

/** The phones of the first few who would get it. */
export async function sampleAudience(
  sql: Sql | Tx,
  operatorNo: number | null,
  tagNo: number | null,
  limit: number,
): Promise<string[]> {
  const rows = await sql<{ phone: string }[]>`
    select r.phone ${matching(sql, operatorNo, tagNo)} and ${isReachable(sql)}
    order by ${tagNo === null ? sql`r.no` : sql`t.recipient_no`} limit ${limit}`;
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
  { text, operatorNo, tagNo }: { text: string; operatorNo: number | null; tagNo: number | null },
  since: Date,
  except: string | null,
): Promise<Repeated | null> {
  const [row] = await sql<Repeated[]>`
    select d.id, d.status, ${iso(sql, "d.start_at")} as "startAt" from dispatches d
    where d.deleted_at is null and d.recipient_no is null
      and d.start_at > ${since.toISOString()}::timestamptz and d.message_text = ${text}
      and d.operator_no is not distinct from ${operatorNo}::int
      and d.tag_no is not distinct from ${tagNo}::int
      and (d.status <> 'cancelled' or d.started_at is not null)
      and (${except}::uuid is null or d.id <> ${except}::uuid)
    order by d.start_at desc limit 1`;
  return row ?? null;
}
