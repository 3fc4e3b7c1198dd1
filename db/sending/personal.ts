import { decomposed } from "@/db/audience/attribute-names";
import { noTerms, readTerms, type Terms } from "@/db/audience/terms";
import type { Sql, Tx } from "@/db/client";
import { recipientNoSql } from "@/db/sql";
import { isReachable } from "./audience";
import { chooseDriver, SCAN_ROWS_MAX, type SeekLane } from "./seek";

/**
 * What is read of people before the claim, so that their texts are made without its locks.
 * `version` is that of the recipient's row, whatever changes it: the claim takes only whom it finds
 * as they were read.
 */

/** A lane of a personal dispatch. */
export interface PersonalLane extends SeekLane {
  text: string;
  maxSegments: number | null;
  /** What the audience asks for, if it is an expression. */
  expression: Terms | null;
}

export async function readPersonalLane(sql: Sql, laneNo: number): Promise<PersonalLane> {
  type Row = Omit<PersonalLane, "terms" | "driver" | "scanMax" | "expression"> & { tagNo: number | null };
  const [row] = await sql<Row[]>`
    select d.no as "dispatchNo", l.operator_no as "operatorNo", l.cursor::text, d.max_no::text as "maxNo",
      l.drained, extract(epoch from d.started_at)::float8 * 1000 as "startedMs", d.tag_no as "tagNo",
      d.message_text as text, d.max_segments as "maxSegments"
    from lanes l join dispatches d on d.no = l.dispatch_no where l.no = ${laneNo}`;
  const expression = await readTerms(sql, row!);
  const terms = expression ?? { ...noTerms, all: row!.tagNo === null ? [] : [row!.tagNo] };
  return { ...row!, terms, expression, driver: await chooseDriver(sql, terms), scanMax: SCAN_ROWS_MAX };
}

/** Somebody, as they were read. */
export interface PersonRead {
  /** The recipient's number, or the id of the message that waits for another try. */
  key: string;
  version: string;
  isReachable: boolean;
  attributes: Record<string, string | null>;
  /** Of a message that has its text already. */
  text: string | null;
  segments: number | null;
}

/** What a row of recipients says of some attributes. */
export const named = (sql: Sql | Tx, names: string[], row: string) => sql`jsonb_object(${names}::text[],
  array(select coalesce(${sql.unsafe(row)}.attributes ->> n, ${sql.unsafe(row)}.attributes ->> d)
    from unnest(${names}::text[], ${names.map(decomposed)}::text[]) with ordinality u(n, d, i) order by i))`;

/** Recipients by their numbers, in order. */
export const readPeople = (sql: Sql, nos: string[], names: string[]): Promise<PersonRead[]> =>
  sql<PersonRead[]>`
    select r.no::text as key, r.xmin::text as version, ${isReachable(sql)} as "isReachable",
      ${named(sql, names, "r")} as attributes, null as text, null as segments
    from unnest(${nos}::bigint[]) f(no)
    cross join lateral (select xmin, * from recipients where no = f.no offset 0) r order by r.no`;

/**
 * Messages of the lane that are due for another try. Each is probed by its key: few messages wait,
 * and the planner would look for them among all that there are.
 * @param zone of recipients who have this zone, the empty text being none; undefined: of all
 */
export const readDue = (
  sql: Sql,
  laneNo: number,
  zone: string | undefined,
  names: string[],
  limit: number,
): Promise<PersonRead[]> => sql<PersonRead[]>`
    select r.message_id::text as key, p.xmin::text as version, ${isReachable(sql, "p")} as "isReachable",
      ${named(sql, names, "p")} as attributes, t.text, t.segments
    from retries r
    cross join lateral (select from messages where id = r.message_id and status = 'deferred' offset 0) m
    cross join lateral (
      select xmin, * from recipients where no = ${recipientNoSql(sql, "r.message_id")} offset 0) p
    left join lateral (select * from message_texts where message_id = r.message_id offset 0) t on true
    where r.lane_no = ${laneNo} and r.chunk_no is null and r.due_at <= (select clock_now())
      ${zone === undefined ? sql`` : sql`and coalesce(p.timezone, '') = ${zone}`}
    order by r.due_at, r.message_id limit ${limit}`;
