import { suppressRefused } from "@/db/audience/suppressions";
import { type Sql, type Tx, transaction } from "@/db/client";
import type { MessageStatus } from "@/lib/domain/lifecycle";
import { faultOf } from "@/lib/domain/refusals";
import { noteAttempts } from "./attempts";
import type { ClaimedChunk } from "./claim";

/**
 * Marks a chunk as started, before its first transmission. False: its lease was taken away, and
 * nothing of it may be sent.
 */
export async function startChunk(sql: Sql, chunkNo: string, token: string): Promise<boolean> {
  const rows = await sql`
    update chunks set state = 'started'
    where no = ${chunkNo}::bigint and token = ${token}::uuid and state = 'claimed'
      and lease_until > clock_now()
    returning no`;
  return rows.length === 1;
}

/**
 * More often than the backoff grows; the count must not run out of its column in a window of a
 * year.
 */
const POSTPONED_MAX = 1_000;

/** How one message of a chunk ended. */
export interface Settlement {
  id: string;
  status: Extract<MessageStatus, "sent" | "failed" | "unknown" | "deferred" | "skipped">;
  error: string | null;
  /** It was handed to the gateway. Only then the attempt counts. */
  attempted: boolean;
  /** For `deferred`: the message was put off. One that never got to the gateway was not. */
  postponed?: boolean;
  /** For `deferred`: the gateway may have taken it. */
  maybeSent?: boolean;
  /** For `deferred`: milliseconds from now until it is due. */
  delayMs: number;
}

/** The message was never handed over: it is due again, its attempt not counted. */
export const notHandedOver = (id: string): Settlement => ({
  id,
  status: "deferred",
  error: null,
  attempted: false,
  delayMs: 0,
});

/** When the messages of a chunk were written whose hours matter, by the database's clock. */
export interface Writes {
  zone: string;
  firstMs: number;
  lastMs: number;
  count: number;
  /** So many of them outside the hours that they were claimed for. */
  outside: number;
}

/**
 * `settled`: now, or earlier by this token. `lost`: recovery took the chunk away, and its answer
 * stands.
 */
export type SettleResult = "settled" | "lost";

/**
 * Settles a chunk in one transaction: the guarded chunk row, then its messages that are still
 * `sending` (a receipt that came first stays), then retries and failures. Counts are of rows that
 * changed.
 */
export async function settleChunk(
  sql: Sql,
  chunk: Omit<ClaimedChunk, "phones">,
  settlements: Settlement[],
  released: boolean,
  writes?: Writes,
): Promise<SettleResult> {
  return transaction(sql, async (tx) => {
    const [held] = await tx<{ state: string; laneNo: number }[]>`
      select state, lane_no as "laneNo" from chunks
      where no = ${chunk.no}::bigint and token = ${chunk.token}::uuid for update`;
    if (!held) return "lost";
    if (held.state === "settled" || held.state === "released") return "settled";
    const isWhole = settlements.length === chunk.ids.length && !chunk.attempts;
    const counts =
      isWhole && settlements.every((s) => s.status === "sent")
        ? await settleSent(tx, chunk)
        : await settleMixed(tx, chunk, settlements, held.laneNo);
    const of = (status: string) => counts.find((c) => c.status === status)?.n ?? 0;
    await tx`
      update chunks set state = ${released ? "released" : "settled"}, settled_at = clock_now(),
        sending = sending - ${counts.reduce((sum, c) => sum + c.n, 0)},
        sent = sent + ${of("sent")}, failed = failed + ${of("failed")},
        unknown = unknown + ${of("unknown")}, deferred = deferred + ${of("deferred")},
        skipped = skipped + ${of("skipped")}
        ${writes ? writtenAt(tx, writes) : tx``}
      where no = ${chunk.no}::bigint`;
    const stopped = settlements.filter((s) => s.status === "failed" && faultOf(s.error) === "opted_out");
    if (stopped.length > 0) {
      await suppressRefused(
        tx,
        stopped.map((s) => s.id),
      );
    }
    if (writes) await countWrites(tx, held.laneNo, writes);
    return "settled";
  });
}

/**
 * In the one update of the chunk's row: a second one would have Postgres look at the lane's row
 * again, which a claim holds.
 */
const writtenAt = (tx: Tx, { firstMs, lastMs }: Writes) => tx`,
        first_written_at = to_timestamp(${firstMs} / 1000.0),
        last_written_at = to_timestamp(${lastMs} / 1000.0)`;

/**
 * The last thing before the commit: a claim that holds the lane waits for this row. Whoever came to
 * the zone when the lane was past it has no row there yet: it begins where the lane is by itself.
 */
const countWrites = (tx: Tx, laneNo: number, { zone, count, outside }: Writes) => tx`
  insert into lane_zones (lane_no, zone, cursor, drained, written, outside)
  select no, ${zone}, cursor, drained, ${count}, ${outside} from lanes where no = ${laneNo}
  on conflict (lane_no, zone) do update set
    written = lane_zones.written + excluded.written, outside = lane_zones.outside + excluded.outside`;

type Counts = { status: string; n: number }[];

/** Every message of a chunk of the audience was taken: one short update. */
function settleSent(tx: Tx, { no, ids }: Pick<ClaimedChunk, "no" | "ids">) {
  const [first, last] = [ids[0]!, ids.at(-1)!];
  // Where few other ids lie between, the list of all of them is more to read than the others.
  const isDense = Number(BigInt(last) - BigInt(first)) < 2 * ids.length;
  return tx<Counts>`
    with changed as (
      update messages set status = 'sent', attempts = attempts + 1, settled_at = clock_now()
      where id between ${first}::bigint and ${last}::bigint
        ${isDense ? tx`` : tx`and id = any(${ids}::bigint[])`}
        and chunk_no = ${no}::bigint and status = 'sending'
      returning 1
    )

    select 'sent' as status, count(*)::int as n from changed`;
}

function settleMixed(
  tx: Tx,
  { no, ids }: Pick<ClaimedChunk, "no" | "ids">,
  settlements: Settlement[],
  laneNo: number,
) {
  return tx<Counts>`
    with outcome as materialized (
      select * from unnest(
        ${settlements.map((s) => s.id)}::bigint[],
        ${settlements.map((s) => s.status)}::text[],
        ${settlements.map((s) => s.error)}::text[],
        ${settlements.map((s) => Number(s.attempted))}::int[],
        ${settlements.map((s) => Number(s.maybeSent ?? false))}::int[],
        ${settlements.map((s) => Number(s.postponed ?? false))}::int[],
        ${settlements.map((s) => s.delayMs)}::float8[]
      ) as o(id, status, error, attempted, maybe_sent, postponed, delay_ms)
    ),

    changed as (
      update messages m set status = o.status, attempts = m.attempts + o.attempted,
        error = coalesce(o.error, case when o.status in ('deferred', 'unknown') then m.error end),
        settled_at = case when o.status = 'deferred' then null else clock_now() end
      from outcome o
      where m.id = o.id and m.id between ${ids[0]!}::bigint and ${ids.at(-1)!}::bigint
        and m.chunk_no = ${no}::bigint and m.status = 'sending'
      returning m.id, m.status, m.error, o.attempted, o.maybe_sent, o.postponed, o.delay_ms
    ),

    cleared as (
      delete from retries r using outcome o
      where r.message_id = o.id and r.chunk_no = ${no}::bigint
        and not exists (select 1 from changed c where c.id = o.id and c.status = 'deferred')
    ),

    waiting as (
      insert into retries (message_id, lane_no, due_at, waits_since, attempt, postponed, unsure, valid_until)
      select id, ${laneNo}, clock_now() + delay_ms * interval '1 millisecond', clock_now(),
        attempted, postponed, maybe_sent = 1,
        case when maybe_sent = 1 then (select valid_until from chunks where no = ${no}::bigint) end
      from changed where status = 'deferred'
      on conflict (message_id) do update set
        due_at = excluded.due_at, waits_since = excluded.waits_since,
        attempt = retries.attempt + excluded.attempt,
        postponed = least(retries.postponed + excluded.postponed, ${POSTPONED_MAX}),
        unsure = retries.unsure or excluded.unsure,
        valid_until = coalesce(retries.valid_until, excluded.valid_until), chunk_no = null
    ),

    tried as (${noteAttempts(
      tx,
      tx`select c.id, k.gateway, coalesce(c.error, 'unknown') as code, clock_now() as at
        from changed c, chunks k
        where k.no = ${no}::bigint and c.status = 'deferred' and c.attempted + c.postponed > 0`,
    )}),

    noted as (
      insert into failures (message_id, lane_no, outcome, code, at)
      select id, ${laneNo}, status, coalesce(error, 'unknown'), clock_now()
      from changed where status in ('failed', 'unknown', 'skipped')
    )

    select status, count(*)::int as n from changed group by status`;
}
