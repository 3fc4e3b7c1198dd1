import type { Fragment } from "postgres";
import type { Sql, Tx } from "@/db/client";
import { iso } from "@/db/sql";
import {
  likePart,
  SEARCH_STEP,
  type SearchBounds,
  type Searched,
  searchFrom,
  searchStretches,
} from "@/db/stretches";
import { type DueDelivery, insertDeliveries } from "@/db/webhooks/webhooks";
import type { InboundKeyword } from "@/lib/domain/audience/opt-out-words";
import { isErasedSql } from "./suppressions";

export interface NewInbound {
  /** The gateway's own. */
  externalId: string;
  /** E.164. */
  phone: string;
  sentTo: string | null;
  body: string;
  /** ISO; null, or an instant to come: now. */
  at: string | null;
  keyword: InboundKeyword | null;
}

export interface InboundRow extends Omit<NewInbound, "externalId" | "at"> {
  no: number;
  id: string;
  gateway: string;
  /** ISO. */
  at: string;
  receivedAt: string;
  isOptedOut: boolean;
}

/**
 * Writes messages that a gateway told of, and what webhooks tell of them. Those that are known
 * already are passed over.
 * @param messages each id once
 * @returns the new ones: our ids by the gateway's
 */
export async function insertInbound(
  tx: Tx,
  gateway: string,
  messages: NewInbound[],
): Promise<{ ids: Map<string, string>; deliveries: DueDelivery[] }> {
  const rows = await tx<{ id: string; externalId: string }[]>`
    insert into inbound_messages (gateway, external_id, phone, sent_to, body, at, received_at, keyword)
    select ${gateway}, m.id, m.phone, m.sent_to, m.body,
      least(coalesce(m.at::timestamptz, clock_now()), clock_now()), clock_now(), m.keyword
    from unnest(
      ${messages.map((m) => m.externalId)}::text[], ${messages.map((m) => m.phone)}::text[],
      ${messages.map((m) => m.sentTo)}::text[], ${messages.map((m) => m.body)}::text[],
      ${messages.map((m) => m.at)}::text[],
      ${messages.map((m) => m.keyword)}::text[]
    ) with ordinality as m(id, phone, sent_to, body, at, keyword, place)
    order by m.id
    on conflict (gateway, external_id) do nothing
    returning id, external_id as "externalId"`;
  const told = tx`
    select jsonb_build_object('id', id, 'gateway', gateway, 'from', phone, 'to', sent_to, 'text', body,
      'at', ${iso(tx, "at")}, 'keyword', keyword) as data
    from inbound_messages where id = any(${rows.map(({ id }) => id)}::uuid[]) order by no`;
  const deliveries = rows.length === 0 ? [] : await insertDeliveries(tx, "message.received", told);
  return { ids: new Map(rows.map(({ externalId, id }) => [externalId, id])), deliveries };
}

/**
 * Which of these messages is the STOP that we know by its id. One of somebody who was erased is
 * taken for theirs.
 */
export async function findKnownStops<M extends Pick<NewInbound, "externalId" | "phone">>(
  tx: Tx,
  gateway: string,
  messages: M[],
): Promise<Set<M>> {
  const rows = await tx<{ place: number }[]>`
    select m.place::int as place from unnest(
      ${messages.map((m) => m.externalId)}::text[], ${messages.map((m) => m.phone)}::text[]
    ) with ordinality as m(id, phone, place)
    join inbound_messages known on known.gateway = ${gateway} and known.external_id = m.id
    where known.keyword = 'stop' and (known.phone = m.phone or ${isErasedSql(tx, "known.phone")})`;
  return new Set(rows.map(({ place }) => messages[place - 1]!));
}

/**
 * Has the number told us to stop after that message was written? Messages may come in another
 * order.
 */
export async function hasStoppedSince(tx: Tx, id: string): Promise<boolean> {
  const rows = await tx`
    select from inbound_messages m
    join inbound_messages later on later.phone = m.phone and later.keyword = 'stop' and later.at > m.at
    where m.id = ${id} limit 1`;
  return rows.length > 0;
}

export interface InboundFilter {
  /** E.164 with its "+". */
  phonePrefix: string | null;
  /** Or its digits anywhere. */
  phonePart: string | null;
  keyword: InboundKeyword | "none" | null;
}

const columns = (sql: Sql) => sql`
  m.no::float8 as no, m.id, m.gateway, m.phone, m.sent_to as "sentTo", m.body, m.keyword,
  ${iso(sql, "m.at")} as at, ${iso(sql, "m.received_at")} as "receivedAt",
  exists (select from recipients r where r.phone = m.phone and r.opted_out_at is not null) as "isOptedOut"`;

/** What one number wrote, newest first. */
export const listInboundOf = (sql: Sql, phone: string, limit: number): Promise<InboundRow[]> =>
  sql<InboundRow[]>`
    select ${columns(sql)} from inbound_messages m where m.phone = ${phone} order by m.no desc
    limit ${limit}`;

/** A message, and its place in a list: it falls from row to row. */
export type ListedInbound = InboundRow & { place: number };

/**
 * Newest first, those behind the place `at`; none of people who were erased. Where a piece of a
 * number is looked for, those of numbers that begin so come first, and then those that have it
 * elsewhere.
 */
export async function listInbound(
  sql: Sql,
  { phonePrefix, phonePart, keyword }: InboundFilter,
  limit: number,
  at: number | null,
  bounds?: SearchBounds,
): Promise<Searched<ListedInbound>> {
  const byKeyword =
    keyword === null
      ? sql``
      : keyword === "none"
        ? sql`and m.keyword is null`
        : sql`and m.keyword = ${keyword}`;
  const read = (asked: Fragment, before: number | null, most: number) => sql<InboundRow[]>`
    select ${columns(sql)} from inbound_messages m
    where (${before}::bigint is null or m.no < ${before}::bigint) and not ${isErasedSql(sql, "m.phone")}
      ${asked} ${byKeyword}
    order by m.no desc limit ${most}`;
  if (phonePrefix === null) return { rows: (await read(sql``, at, limit)).map(placed(0)), searchedTo: null };
  const begins = sql`m.phone between ${phonePrefix} and ${phonePrefix.padEnd(16, "9")}`;
  const beginning = searchFrom(1, at);
  const rows = beginning.isOver
    ? []
    : (await read(sql`and ${begins}`, beginning.before, limit)).map(placed(1));
  if (rows.length === limit || phonePart === null) return { rows, searchedTo: null };
  const [highest] = await sql<{ no: number }[]>`
    select coalesce(max(no), 0)::float8 as no from inbound_messages`;
  const { rows: others, searchedTo } = await searchStretches(
    searchFrom(0, at).before ?? highest!.no + 1,
    limit - rows.length,
    (from, to, most) =>
      read(
        sql`and m.no >= ${to}::bigint and m.phone like ${likePart(phonePart)} and not (${begins})`,
        from,
        most,
      ),
    bounds,
  );
  return { rows: [...rows, ...others.map(placed(0))], searchedTo };
}

const placed = (search: number) => (row: InboundRow) => ({ ...row, place: search * SEARCH_STEP + row.no });

/**
 * Deletes messages that came longer ago than so many days, the oldest first. @returns how many were
 * deleted; fewer than `limit` means that none is left
 */
export async function deleteOldInbound(sql: Sql, days: number, limit: number): Promise<number> {
  const done = await sql`
    delete from inbound_messages where no in (select no from inbound_messages order by no limit ${limit})
      and received_at < clock_now() - ${days} * interval '1 day'`;
  return done.count;
}
