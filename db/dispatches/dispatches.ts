import { type ExpressionRow, expressionSql, noTerms, type Terms, writeTerms } from "@/db/audience/terms";
import type { Sql, Tx } from "@/db/client";
import { areAllOutdated } from "@/db/health/health";
import { isReachable } from "@/db/sending/audience";
import { counterSql } from "@/db/sending/counters";
import { waitsFor } from "@/db/sending/lanes";
import { iso, raw } from "@/db/sql";
import type { Hours } from "@/lib/domain/daily-hours";
import { type DispatchOrder, type DispatchStatus, messageStatuses } from "@/lib/domain/lifecycle";

/** A dispatch as services see it. Instants are ISO with milliseconds; counters are of messages. */
export interface DispatchRow {
  no: number;
  id: string;
  status: DispatchStatus;
  timezone: string;
  startAt: string;
  endAt: string;
  startInput: string;
  endInput: string;
  name: string | null;
  messageText: string;
  /** Its text has placeholders. */
  personal: boolean;
  maxSegments: number | null;
  sender: string | null;
  /** Of a personal text: how many a forecast expects. */
  segments: number;
  operatorId: string | null;
  tagId: string | null;
  operatorNo: number | null;
  tagNo: number | null;
  /** What its audience asks for; null where the filters say it all. */
  expression: ExpressionRow | null;
  /** Of one with an expression, when it was written: how many there were, by operator's number. */
  expected: Record<string, number> | null;
  localTime: Hours | null;
  ignoreQuietHours: boolean;
  /** How often it was written to somebody whose hours matter; null: nobody's have. */
  hours: { written: number; outside: number } | null;
  warnings: string[];
  audience: number | null;
  version: number;
  /** Who made it. */
  author: string | null;
  createdAt: string;
  updatedAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  messagesDroppedAt: string | null;
  /**
   * By message status: what lanes and their unfolded chunks count, plus those who never got a
   * message row.
   */
  counters: Record<string, number>;
  /** Facts that say why it waits; null when it is over. */
  blockers: Blockers | null;
}

/**
 * By status: a scheduled one has `isLate`, a paused one `pausedBy`, a running one the rest, over
 * its lanes.
 */
export interface Blockers {
  /** Its start, and its last change, are more than a few seconds ago. */
  isLate?: boolean;
  pausedBy?: string | null;
  /** It was held back at its start: its audience had grown by `asked` beyond a daily ceiling. */
  pausedOver?: { asked: number; used: number; max: number } | null;
  /** It was held back at its start: nobody can say whom a dispatch that it leaves out reaches. */
  pausedFor?: { code: "excluded_unfinished" | "excluded_dropped"; id: string } | null;
  isStopped?: boolean;
  /** Its window is over, and it has not been ended yet. */
  isOver?: boolean;
  /** Something of it was settled in the last 3 s. */
  flows?: boolean;
  undrained?: number;
  /** Lanes that are being worked on, or know when they will be. */
  attended?: number;
  retryAt?: string | null;
  /** Lanes that wait for the hours of their recipients, and when the first of them goes on. */
  quiet?: number;
  quietAt?: string | null;
  gatewayAt?: string | null;
  /** A worker does not know the database's time well enough for one of its operators. */
  isBlind?: boolean;
  /** Names of the operators whose gateway refuses. */
  refused?: string | null;
  /** All live workers are older than the database's schema. */
  isOutdated?: boolean;
}

/**
 * A few rows of an index each: what it costs does not grow with the messages, nor with the
 * dispatches that are over.
 */
const blockers = (sql: Sql | Tx) => sql`
  case d.status
    when 'scheduled' then jsonb_build_object('isLate',
      greatest(d.start_at, d.updated_at) < clock_now() - interval '5 seconds' and d.end_at > clock_now())
    when 'paused' then coalesce((
      select jsonb_build_object('pausedBy', a.actor,
        'pausedOver', case when a.after->>'reason' = 'daily_limit' then a.after end,
        'pausedFor', case when a.after->>'reason' like 'excluded%'
          then jsonb_build_object('code', a.after->>'reason', 'id', a.after->>'dispatch') end)
      from audit_log a
      where a.subject_type = 'dispatch' and a.subject_id = d.id::text and a.action = 'dispatch.paused'
      order by a.no desc limit 1), jsonb_build_object('pausedBy', null))
    when 'running' then (
      select jsonb_build_object(
        'isStopped', (select state = 'stopped' from sending_state),
        'isOver', d.end_at <= clock_now(),
        'flows', coalesce(bool_or(exists (
          select 1 from chunks k
          where k.lane_no = l.no and k.settled_at > clock_now() - interval '3 seconds')), false),
        'isOutdated', ${areAllOutdated(sql)}
          or coalesce(bool_or(${raw(sql, waitsFor("outdated"))}), false),
        'undrained', count(*) filter (where not l.drained),
        'attended', count(*) filter (where l.turn_until > clock_now() or l.wait_until > clock_now()),
        'retryAt', ${iso(sql, `min(l.wait_until) filter (where ${waitsFor("retry")})`)},
        'quiet', count(*) filter (where ${raw(sql, waitsFor("quiet"))}),
        'quietAt', ${iso(sql, `min(l.wait_until) filter (where ${waitsFor("quiet")})`)},
        'gatewayAt', ${iso(sql, `min(l.wait_until) filter (where ${waitsFor("gateway")})`)},
        'isBlind', coalesce(bool_or(${raw(sql, waitsFor("clock"))}), false),
        'refused', string_agg(o.name, ', ' order by o.name) filter (where ${raw(sql, waitsFor("gateway"))}))
      from lanes l join operators o on o.no = l.operator_no where l.dispatch_no = d.no)
  end`;

const unclaimed = counterSql.only({
  expired: "d.unclaimed_expired",
  skipped: "d.unclaimed_skipped",
  cancelled: "d.unclaimed_cancelled",
});

/**
 * Counters are read from the lanes and the few chunks that are not folded yet, never from the
 * messages.
 */
const columns = (sql: Sql | Tx) => sql`
  d.no, d.id, d.status, d.timezone,
  ${iso(sql, "d.start_at")} as "startAt", ${iso(sql, "d.end_at")} as "endAt",
  d.start_input as "startInput", d.end_input as "endInput", d.name, d.message_text as "messageText",
  d.personal, d.max_segments as "maxSegments", d.sender, d.segments,
  (select o.id from operators o where o.no = d.operator_no) as "operatorId",
  (select t.id from tags t where t.no = d.tag_no) as "tagId", d.tag_no as "tagNo",
  d.operator_no as "operatorNo",
  case when d.has_terms then ${expressionSql(sql, "dispatch")} end as expression, d.expected,
  d.local_time as "localTime", d.ignore_quiet_hours as "ignoreQuietHours",
  (select jsonb_build_object('written', sum(z.written), 'outside', sum(z.outside))
    from lanes l join lane_zones z on z.lane_no = l.no
    where l.dispatch_no = d.no having count(*) > 0) as hours,
  d.warnings, d.audience::float8 as audience, d.version, d.author,
  ${iso(sql, "d.created_at")} as "createdAt", ${iso(sql, "d.updated_at")} as "updatedAt",
  ${iso(sql, "d.started_at")} as "startedAt", ${iso(sql, "d.finished_at")} as "finishedAt",
  ${iso(sql, "d.messages_dropped_at")} as "messagesDroppedAt",
  ${blockers(sql)} as blockers,
  (select jsonb_build_object(${raw(sql, counterSql.pairs("c"))}) from (
    select ${raw(sql, counterSql.sums)} from (
      select ${raw(sql, counterSql.names)} from lanes where dispatch_no = d.no
      union all
      select ${raw(sql, counterSql.namesOf("k"))}
      from lanes l join chunks k on k.lane_no = l.no where l.dispatch_no = d.no and not k.folded
      union all
      select ${raw(sql, unclaimed)}
    ) parts
  ) c) as counters`;

export async function findDispatch(sql: Sql | Tx, id: string): Promise<DispatchRow | undefined> {
  const [row] = await sql<DispatchRow[]>`
    select ${columns(sql)} from dispatches d where d.id = ${id}::uuid and d.deleted_at is null`;
  return row;
}

/** What lists, counts and the calendar ask for; null, or left out: anything. */
export interface DispatchFilter {
  statuses: DispatchStatus[] | null;
  /** Part of the name or of the text, or the beginning of an id. */
  q: string | null;
  /** Those that start at the one instant or later, and before the other. */
  startsFrom?: string | null;
  startsBefore?: string | null;
  /** Asked for by a plain filter or by an expression: a tag's name or id. */
  tag?: string | null;
  /** The id of a saved audience: those whose expression is what it asks for now. */
  audience?: string | null;
  author?: string | null;
}

/**
 * Terms that are not asked for are left out, so that an index fits what is left. Tests are never
 * listed.
 */
export function matches(
  sql: Sql | Tx,
  { statuses, q, startsFrom, startsBefore, tag, audience, author }: DispatchFilter,
) {
  const pattern = q?.replace(/[\\%_]/g, "\\$&") ?? null;
  return sql`d.deleted_at is null and d.recipient_no is null
    ${statuses === null ? sql`` : sql`and d.status = any(${statuses}::text[])`}
    ${
      pattern === null
        ? sql``
        : sql`and (d.message_text ilike '%' || ${pattern}::text || '%'
            or d.name ilike '%' || ${pattern}::text || '%'
            or d.id::text like lower(${pattern}::text) || '%')`
    }
    ${!startsFrom ? sql`` : sql`and d.start_at >= ${startsFrom}::timestamptz`}
    ${!startsBefore ? sql`` : sql`and d.start_at < ${startsBefore}::timestamptz`}
    ${!author ? sql`` : sql`and d.author = ${author}`}
    ${
      !tag
        ? sql``
        : sql`and exists (
            select 1 from tags t
            where (t.name = ${tag} or t.id::text = lower(${tag}))
              and (t.no = d.tag_no or d.has_terms and exists (
                select 1 from audience_terms a
                where a.dispatch_no = d.no and a.tag_no = t.no and a.clause in ('tags_all', 'tags_any'))))`
    }
    ${
      !audience
        ? sql``
        : sql`and d.has_terms and ${termsOf(sql, sql`a.dispatch_no = d.no`)}
            = ${termsOf(
              sql,
              sql`a.audience_no = (select s.no from audiences s
                where s.id = ${audience}::uuid)`,
            )}`
    }`;
}

/** All that an audience asks for, so that two of them can be compared. */
const termsOf = (sql: Sql | Tx, isOwners: ReturnType<typeof raw>) => sql`(
  select array_agg(row(a.clause, a.tag_no, a.operator_no, a.excluded_no, a.position, a.name, a.value)::text
    order by row(a.clause, a.tag_no, a.operator_no, a.excluded_no, a.position, a.name, a.value)::text)
  from audience_terms a where ${isOwners})`;

/** Everybody who has made one that is listed, by name. */
export async function listAuthors(sql: Sql | Tx): Promise<string[]> {
  const rows = await sql<{ author: string }[]>`
    select distinct d.author from dispatches d
    where d.deleted_at is null and d.recipient_no is null and d.author is not null
    order by 1 limit 500`;
  return rows.map(({ author }) => author);
}

const settledNames = messageStatuses.filter((status) => status !== "sending" && status !== "deferred");
const settledOf = (row: string) => settledNames.map((name) => `${row}.${name}`).join(" + ");

/**
 * What dispatches are sorted by, of the row `d`. None is ever null: a page goes on behind the value
 * of its last row.
 */
const orders: Record<DispatchOrder, string> = {
  created: "d.no",
  start: "d.start_at",
  finished: "coalesce(d.finished_at, '-infinity')",
  text: "d.message_text",
  status: "d.status",
  audience: "coalesce(d.audience, -1)",
  done: `coalesce((
    select sum(p.settled)::float8 from (
      select ${settledOf("l")} as settled from lanes l where l.dispatch_no = d.no
      union all select ${settledOf("k")} from lanes l join chunks k on k.lane_no = l.no
        where l.dispatch_no = d.no and not k.folded
      union all select d.unclaimed_expired + d.unclaimed_skipped + d.unclaimed_cancelled
    ) p
  ) / nullif(d.audience, 0), 0)`,
};

/**
 * Those that match, in an order, behind the dispatch with the number `after`. Rows of the same
 * value come by their numbers.
 */
export function listDispatches(
  sql: Sql | Tx,
  filter: DispatchFilter,
  { by, isDescending }: { by: DispatchOrder; isDescending: boolean },
  limit: number,
  after: number | null,
): Promise<DispatchRow[]> {
  const value = sql.unsafe(orders[by]);
  const way = isDescending ? sql`desc` : sql`asc`;
  const sorted = by === "created" ? sql`d.no ${way}` : sql`${value} ${way}, d.no ${way}`;
  const behind = sql`(${value}, d.no) ${isDescending ? sql`<` : sql`>`}
    (select ${value}, d.no from dispatches d where d.no = ${after}::bigint)`;
  // The page is chosen first: what its rows cost is not paid for those that are only passed.
  return sql<DispatchRow[]>`
    with chosen as materialized (
      select d.no from dispatches d
      where ${matches(sql, filter)} ${after === null ? sql`` : sql`and ${behind}`}
      order by ${sorted} limit ${limit}
    )

    select ${columns(sql)} from chosen join dispatches d on d.no = chosen.no order by ${sorted}`;
}

/** How many there are in each status. */
export async function countDispatches(
  sql: Sql | Tx,
  filter: Omit<DispatchFilter, "statuses">,
): Promise<Partial<Record<DispatchStatus, number>>> {
  const rows = await sql<{ status: DispatchStatus; count: number }[]>`
    select d.status, count(*)::int as count from dispatches d
    where ${matches(sql, { ...filter, statuses: null })} group by 1`;
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}

export interface DispatchValues {
  id: string;
  timezone: string;
  startAt: string;
  endAt: string;
  startInput: string;
  endInput: string;
  /** Left out: none. */
  name?: string | null;
  messageText: string;
  /** Left out: it says the same to all. */
  personal?: boolean;
  maxSegments?: number | null;
  /** Left out: nobody in particular. */
  sender?: string | null;
  segments: number;
  operatorNo: number | null;
  tagNo: number | null;
  terms: Terms | null;
  expected: Record<string, number> | null;
  localTime?: Hours | null;
  ignoreQuietHours?: boolean;
  warnings: string[];
  /** Left out by an edit: it stays. */
  author?: string;
  /** A test goes to this recipient alone, and through this gateway if it is one of a gateway. */
  recipientNo?: number;
  gateway?: string | null;
}

const hoursJson = ({ localTime }: Pick<DispatchValues, "localTime">) =>
  localTime ? JSON.stringify(localTime) : null;

export async function insertDispatch(tx: Tx, d: DispatchValues): Promise<number> {
  const [row] = await tx<{ no: number }[]>`
    insert into dispatches (id, timezone, start_at, end_at, start_input, end_input,
      name, message_text, sender, segments, operator_no, tag_no, has_terms, expected,
      local_time, ignore_quiet_hours, personal, max_segments, warnings, author, recipient_no, gateway)
    values (${d.id}, ${d.timezone}, ${d.startAt}::timestamptz, ${d.endAt}::timestamptz,
      ${d.startInput}, ${d.endInput}, ${d.name ?? null}, ${d.messageText}, ${d.sender ?? null}, ${d.segments},
      ${d.operatorNo}, ${d.tagNo}, ${d.terms !== null}, ${jsonOf(d.expected)}::text::jsonb,
      ${hoursJson(d)}::text::jsonb, ${d.ignoreQuietHours ?? false},
      ${d.personal ?? false}, ${d.maxSegments ?? null},
      ${JSON.stringify(d.warnings)}::text::jsonb, ${d.author ?? null}, ${d.recipientNo ?? null},
      ${d.gateway ?? null})
    returning no`;
  if (d.terms) await writeTerms(tx, { dispatchNo: row!.no }, d.terms);
  return row!.no;
}

/**
 * Writes a whole new edition; its version rises. Guarded by the status the caller saw under the
 * lock.
 */
export async function updateDispatch(tx: Tx, no: number, d: Omit<DispatchValues, "id">): Promise<number> {
  const [row] = await tx<{ version: number }[]>`
    update dispatches set timezone = ${d.timezone},
      start_at = ${d.startAt}::timestamptz, end_at = ${d.endAt}::timestamptz,
      start_input = ${d.startInput}, end_input = ${d.endInput},
      name = ${d.name ?? null}, message_text = ${d.messageText},
      sender = ${d.sender ?? null}, segments = ${d.segments},
      operator_no = ${d.operatorNo}, tag_no = ${d.tagNo},
      has_terms = ${d.terms !== null}, expected = ${jsonOf(d.expected)}::text::jsonb,
      local_time = ${hoursJson(d)}::text::jsonb, ignore_quiet_hours = ${d.ignoreQuietHours ?? false},
      personal = ${d.personal ?? false}, max_segments = ${d.maxSegments ?? null},
      warnings = ${JSON.stringify(d.warnings)}::text::jsonb,
      version = version + 1, updated_at = clock_now()
    where no = ${no} returning version`;
  await writeTerms(tx, { dispatchNo: no }, d.terms ?? noTerms);
  return row!.version;
}

const jsonOf = (value: object | null) => (value === null ? null : JSON.stringify(value));

/** Hides one that never opened; its number stays taken. */
export async function markDispatchDeleted(tx: Tx, no: number): Promise<void> {
  await tx`
    update dispatches set deleted_at = clock_now(), version = version + 1, updated_at = clock_now()
    where no = ${no}`;
}

/** Does a recipient who has not opted out match these filters? Stops at the first. */
export async function hasAudience(
  sql: Sql | Tx,
  operatorNo: number | null,
  tagNo: number | null,
): Promise<boolean> {
  const [row] = await sql<{ found: boolean }[]>`
    select exists (
      select 1 from recipients r
      where ${isReachable(sql)} and (${operatorNo}::int is null or r.operator_no = ${operatorNo}::int)
        and (${tagNo}::int is null or exists (
          select 1 from recipient_tags t where t.tag_no = ${tagNo}::int and t.recipient_no = r.no))
    ) as found`;
  return row!.found;
}

/**
 * The operator and the tag; undefined where there is none such.
 * @param hold they stay until the transaction ends
 */
export async function findFilters(
  sql: Sql | Tx,
  operator: string | null,
  tag: string | null,
  hold: boolean,
): Promise<{ operatorNo: number | null | undefined; tagNo: number | null | undefined }> {
  let operatorNo: number | null | undefined = null;
  let tagNo: number | null | undefined = null;
  const held = hold ? sql`for key share` : sql``;
  if (operator !== null) {
    const [row] = await sql<{ no: number }[]>`
      select no from operators where id::text = lower(${operator}) or code = ${operator} ${held}`;
    operatorNo = row?.no;
  }
  if (tag !== null) {
    const [row] = await sql<{ no: number }[]>`
      select no from tags where id::text = lower(${tag}) or name = ${tag} ${held}`;
    tagNo = row?.no;
  }
  return { operatorNo, tagNo };
}

/** The next dispatch has a number that is so much higher. */
export async function skipDispatchNumbers(sql: Sql, count: number): Promise<void> {
  await sql`
    select setval(s, nextval(s) + ${count})
    from (select pg_get_serial_sequence('dispatches', 'no')::regclass as s)`;
}
