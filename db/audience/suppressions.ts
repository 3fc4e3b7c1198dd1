import type { Fragment } from "postgres";
import type { Sql, Tx } from "@/db/client";
import { iso, raw, recipientNoSql } from "@/db/sql";
import {
  likePart,
  SEARCH_STEP,
  type SearchBounds,
  type Searched,
  searchFrom,
  searchStretches,
} from "@/db/stretches";
import { type DueDelivery, deliveryPayload, insertDeliveries } from "@/db/webhooks/webhooks";
import type { SuppressionReason } from "@/lib/domain/audience/suppression";
import type { WebhookEvent } from "@/lib/domain/webhook";

/**
 * Who must not be written to. A number is suppressed for as long as it has a row, whatever the
 * reason; `recipients.opted_out_at`, which claims read, is set in the same transaction, both ways.
 * A number that is no recipient's gets a deleted recipient: a transaction that adds the number
 * later meets that row by its unique phone, whichever commits first, and the opt-out stays.
 */
export interface SuppressionRow {
  no: number;
  /** E.164 with its "+". */
  phone: string;
  reason: SuppressionReason;
  source: string;
  /** ISO. */
  at: string;
}

/** The operator of a recipient that is only there to be suppressed. */
const NOBODYS = 0;

/**
 * Suppresses numbers. Those that are suppressed for this reason already keep their row.
 * @param phones E.164, each once
 * @returns those that could be written to until now
 */
export async function suppress(
  tx: Tx,
  phones: string[],
  reason: SuppressionReason,
  source: string,
): Promise<string[]> {
  // The rows first: a recipient that somebody else is adding is waited for here, and seen by the
  // next statement.
  await tx`
    insert into recipients (phone, operator_no, deleted_at)
    select phone, ${NOBODYS}, clock_now() from unnest(${phones}::text[]) phone
    where not exists (select from recipients r where r.phone = phone.phone) order by 1
    on conflict (phone) do nothing`;
  const rows = await tx<{ phone: string }[]>`
    with held as materialized (
      select no, phone, opted_out_at from recipients where phone = any(${phones}::text[]) order by no
      for update
    ),

    noted as (
      insert into suppressions (phone, reason, source, at)
      select substr(phone, 2)::bigint, ${reason}, ${source}, clock_now() from held
      on conflict (phone, reason) do nothing
    )

    update recipients r set opted_out_at = clock_now(), updated_at = clock_now()
    from held h where r.no = h.no and h.opted_out_at is null
    returning r.phone`;
  return rows.map((row) => row.phone);
}

/**
 * Takes suppressions back. A number with another reason stays suppressed.
 * @param by only those with this reason or source; none: all
 * @returns the phones that may be written to again
 */
export async function unsuppress(
  tx: Tx,
  phones: string[],
  by: { reason?: SuppressionReason; source?: string } = {},
): Promise<string[]> {
  const rows = await tx<{ phone: string }[]>`
    with held as materialized (
      select no, phone from recipients where phone = any(${phones}::text[]) order by no for update
    ),

    taken as (
      delete from suppressions s using held h
      where s.phone = substr(h.phone, 2)::bigint
        and (${by.reason ?? null}::text is null or s.reason = ${by.reason ?? null})
        and (${by.source ?? null}::text is null or s.source = ${by.source ?? null})
      returning s.phone, s.reason
    )

    update recipients r set opted_out_at = null, updated_at = clock_now()
    from held h where r.no = h.no and r.opted_out_at is not null and not exists (
      select from suppressions s where s.phone = substr(h.phone, 2)::bigint
        and (s.phone, s.reason) not in (select t.phone, t.reason from taken t)
    )
    returning r.phone`;
  return rows.map((row) => row.phone);
}

/** What stands where the phone of somebody was who was erased begins so. */
export const isErasedSql = (sql: Sql | Tx, phone: string) => raw(sql, `starts_with(${phone}, '#')`);

/**
 * Puts back the suppressions of a number that was erased, so that they can be taken back: it gets a
 * row that is nobody's, and a trigger does the rest.
 */
export async function recallErased(tx: Tx, phone: string): Promise<void> {
  await tx`
    insert into recipients (phone, operator_no, deleted_at)
    select ${phone}::text, ${NOBODYS}, clock_now()
    where exists (select from erased_suppressions where hash = erased_hash(${phone}))
    on conflict (phone) do nothing`;
}

/** What a suppression names as its source that an import found. */
export const importSource = (importId: string): string => `import ${importId}`;

/**
 * What an import found and another one that still counts has found, too, is the other's from now
 * on: a number has one row for both. The other counts it as its own, so that it can be undone even
 * where it had opted out nobody. Call it before an undoing takes back what is the import's alone.
 */
export async function leaveToOthers(
  tx: Tx,
  importNo: number,
  importId: string,
  phones: string[],
): Promise<void> {
  await tx`
    with other as materialized (
      select distinct on (r.phone) r.phone, i.no, i.id
      from import_rows r join imports i on i.no = r.import_no
      where r.phone = any(${phones}::text[]) and r.is_opted_out and r.import_no <> ${importNo}
        and r.line <= i.cursor and (i.status in ('completed', 'failed') or i.stage = 'applying')
      order by r.phone, r.import_no desc
    ),

    left_to as (
      update suppressions s set source = ${importSource("")} || other.id from other
      where s.phone = substr(other.phone, 2)::bigint and s.reason = 'imported'
        and s.source = ${importSource(importId)}
      returning other.no
    )

    update imports i set opted_out = i.opted_out + l.opted_out
    from (select no, count(*)::int as opted_out from left_to group by no) l where i.no = l.no`;
}

const OPTED_OUT = "recipient.opted_out" satisfies WebhookEvent;

/** What webhooks tell of an opt-out. */
const toldSql = (tx: Tx, phone: string, reason: Fragment, at: string) =>
  tx`jsonb_build_object('phone', ${raw(tx, phone)}, 'reason', ${reason}, 'at', ${iso(tx, at)})`;

/** Tells webhooks that a number has been opted out, in the same transaction. */
export const tellOptOut = (tx: Tx, phone: string, reason: SuppressionReason): Promise<DueDelivery[]> =>
  insertDeliveries(
    tx,
    OPTED_OUT,
    tx`select ${toldSql(tx, "'+' || phone", tx`reason`, "at")} as data from suppressions
      where phone = ${phone.slice(1)}::bigint and reason = ${reason}`,
  );

/**
 * Suppresses the recipients of messages that were refused because they had told the operator to
 * stop, in the transaction that records the refusal. What webhooks tell of them is due at once, and
 * found by the sweep. The message of somebody who was erased meanwhile still has the number: it is
 * suppressed all the same, by its hash where nobody has it now.
 */
export async function suppressRefused(tx: Tx, messageIds: string[]): Promise<void> {
  const reason: SuppressionReason = "refused_by_operator";
  const data = toldSql(tx, "phone", tx`${reason}::text`, "opted_out_at");
  await tx`
    with refused as materialized (
      select distinct on (${recipientNoSql(tx, "id")}) ${recipientNoSql(tx, "id")} as no, id
      from unnest(${messageIds}::bigint[]) as m(id) order by 1, 2
    ),

    named as materialized (
      select f.id, case when ${isErasedSql(tx, "r.phone")} then m.phone else r.phone end as phone
      from refused f join recipients r on r.no = f.no join messages m on m.id = f.id
    ),

    held as materialized (
      select r.no, r.phone, r.opted_out_at, n.id from recipients r join named n on n.phone = r.phone
      order by r.no for update of r
    ),

    noted as (
      insert into suppressions (phone, reason, source, at)
      select substr(phone, 2)::bigint, ${reason}, 'message ' || id, clock_now() from held
      where not ${isErasedSql(tx, "phone")}
      on conflict (phone, reason) do nothing
    ),

    remembered as (
      insert into erased_suppressions (hash, reason, at)
      select erased_hash(phone), ${reason}, clock_now() from named n
      where not ${isErasedSql(tx, "phone")} and not exists (select from held h where h.id = n.id)
      on conflict do nothing
    ),

    changed as (
      update recipients r set opted_out_at = clock_now(), updated_at = clock_now()
      from held h where r.no = h.no and h.opted_out_at is null
      returning r.phone, r.opted_out_at, h.id
    ),

    told as (
      insert into webhook_deliveries (webhook_no, type, payload, next_attempt_at)
      select w.no, ${OPTED_OUT},
        ${deliveryPayload(tx, tx`${OPTED_OUT}::text`, data)}, clock_now()
      from changed join webhooks w on w.enabled and ${OPTED_OUT} = any(w.events)
    )

    insert into audit_log (actor, action, subject_type, subject_id, before, after)
    select 'system', 'recipient.opted_out', 'recipient', phone, jsonb_build_object('opted_out_at', null),
      jsonb_build_object(
      'opted_out_at', ${iso(tx, "opted_out_at")}, 'reason', ${reason}::text, 'message', id::text)
    from changed`;
}

export interface SuppressionFilter {
  /** The beginning of a number, with "+". */
  phonePrefix: string | null;
  /** Or its digits anywhere. */
  phonePart: string | null;
  reason: SuppressionReason | null;
}

/** Numbers have at most so many digits. */
const DIGITS_MAX = 15;

/** The numbers that begin so, one range for each length: so the key of numbers finds them. */
function beginsSql(sql: Sql, phonePrefix: string): Fragment {
  const digits = phonePrefix.slice(1);
  const ranges = Array.from({ length: DIGITS_MAX - digits.length + 1 }, (_, more) => {
    const [from, to] = ["0", "9"].map((digit) => digits + digit.repeat(more));
    return sql`phone between ${from!}::bigint and ${to!}::bigint`;
  });
  return sql`and (${ranges.reduce((all, range) => sql`${all} or ${range}`)})`;
}

/** A page of a beginning that many have is found among so many of the newest. */
const NEWEST = 20_000;

/** A suppression, and its place in a list: it falls from row to row. */
export type ListedSuppression = SuppressionRow & { place: number };

/**
 * Newest first, those behind the place `at`; where a piece of a number is looked for, those that
 * begin so, and then those that have it elsewhere. A beginning that the newest lack is asked of the
 * key of numbers, as `listRecipients` does.
 */
export async function listSuppressions(
  sql: Sql,
  { phonePrefix, phonePart, reason }: SuppressionFilter,
  limit: number,
  at: number | null,
  bounds?: SearchBounds,
): Promise<Searched<ListedSuppression>> {
  // With its table: alone, `no` is the number that is told, which no index has.
  const read = (asked: Fragment, order: Fragment, most: number) => sql<SuppressionRow[]>`
    select no::float8 as no, '+' || phone as phone, reason, source, ${iso(sql, "at")} as at
    from suppressions where ${reason === null ? sql`true` : sql`reason = ${reason}`} ${asked}
    order by ${order} desc limit ${most}`;
  const under = (before: number | null) => (before === null ? sql`` : sql`and no < ${before}::bigint`);
  if (phonePrefix === null)
    return { rows: (await read(under(at), sql`suppressions.no`, limit)).map(placed(0)), searchedTo: null };
  const [highest] = await sql<{ no: number }[]>`
    select coalesce(max(no), 0)::float8 as no from suppressions`;
  const beginning = searchFrom(1, at);
  const rows: ListedSuppression[] = [];
  if (!beginning.isOver) {
    const asked = sql`${under(beginning.before)} ${beginsSql(sql, phonePrefix)}`;
    const newest = sql`and no >= ${(beginning.before ?? highest!.no) - NEWEST}::bigint`;
    let found = await read(sql`${asked} ${newest}`, sql`suppressions.no`, limit);
    // A sum is not the order of the key of `no`: so the planner cannot read along that.
    if (found.length < limit) found = await read(asked, sql`suppressions.no + 0`, limit);
    rows.push(...found.map(placed(1)));
  }
  if (rows.length === limit || phonePart === null) return { rows, searchedTo: null };
  const { rows: others, searchedTo } = await searchStretches(
    searchFrom(0, at).before ?? highest!.no + 1,
    limit - rows.length,
    (from, to, most) =>
      read(
        sql`and no >= ${to}::bigint and no < ${from}::bigint and phone::text like ${likePart(phonePart)}
          and not ('+' || phone like ${`${phonePrefix}%`})`,
        sql`suppressions.no`,
        most,
      ),
    bounds,
  );
  return { rows: [...rows, ...others.map(placed(0))], searchedTo };
}

const placed = (search: number) => (row: SuppressionRow) => ({
  ...row,
  place: search * SEARCH_STEP + row.no,
});

/** The reasons of a number, oldest first. */
export function suppressionsOf(sql: Sql | Tx, phone: string): Promise<SuppressionRow[]> {
  return sql<SuppressionRow[]>`
    select no::float8 as no, '+' || phone as phone, reason, source,
      ${iso(sql, "at")} as at
    from suppressions where phone = ${phone.slice(1)}::bigint order by no`;
}
