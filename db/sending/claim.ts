import type { Terms } from "@/db/audience/terms";
import type { Sql, Tx } from "@/db/client";
import { newestMigrationSql } from "@/db/schema-version";
import { raw } from "@/db/sql";
import type { Hours } from "@/lib/domain/daily-hours";
import type { ChunkPlan } from "@/lib/domain/pacing";
import { counterSql } from "./counters";

/**
 * A claim is one transaction of two statements: {@link lockLane}, and then `claimRetries` or
 * `claimAudience`. Between them `planChunk`, a pure rule, says how many slots from when.
 */

/**
 * What a claim needs to know, read under the locks of the lane and of its operator. Instants are
 * milliseconds since the epoch, by the database's clock.
 */
export interface LockedLane {
  dispatchNo: number;
  operatorNo: number;
  tagNo: number | null;
  cursor: string;
  maxNo: string;
  drained: boolean;
  segments: number;
  text: string;
  sender: string | null;
  rate: number | null;
  gateway: string;
  /** A test of a gateway: what it answers to the one try stands. */
  isTriedOnce: boolean;
  startedMs: number;
  endMs: number;
  nextSlotMs: number;
  lastSegments: number;
  nowMs: number;
  /** When the lane's next retry is due; null when it has none. */
  retryDueMs: number | null;
  /** The dispatch's zone, and the hours that it may be sent in. */
  timezone: string;
  localTime: Hours | null;
  /** When nobody is written to, where that holds for the dispatch; and the version of that rule. */
  quietHours: Hours | null;
  quietVersion: number;
  /** It goes by the zones of its recipients already. */
  hasZones: boolean;
  /** The newest migration that the database has. An older program claims nothing. */
  newestMigration: number;
}

/**
 * Locks the lane, then its operator, and only then reads the clock. Returns undefined when the lane
 * is closed or another turn holds it: `open` changes under this very lock, so a claim that waited
 * for a pause sees the pause.
 */
export async function lockLane(tx: Tx, laneNo: number, turnToken: string): Promise<LockedLane | undefined> {
  const [row] = await tx<LockedLane[]>`
    with lane as materialized (
      select no, dispatch_no, operator_no, cursor, drained from lanes
      where no = ${laneNo} and open and turn_token = ${turnToken} for update
    ),

    operator as materialized (
      select o.no, o.rate, o.gateway, o.next_slot_at, o.last_segments from operators o
      where o.no = (select operator_no from lane) for no key update
    ),

    clock as materialized (
      select clock_now() as now from operator
    )

    select d.no as "dispatchNo", o.no as "operatorNo", d.tag_no as "tagNo",
      l.cursor::text, d.max_no::text as "maxNo", l.drained,
      d.segments, d.message_text as text, d.sender, o.rate::float8 as rate,
      coalesce(d.gateway, o.gateway) as gateway, d.gateway is not null as "isTriedOnce",
      extract(epoch from d.started_at)::float8 * 1000 as "startedMs",
      extract(epoch from d.end_at)::float8 * 1000 as "endMs",
      extract(epoch from o.next_slot_at)::float8 * 1000 as "nextSlotMs",
      extract(epoch from c.now)::float8 * 1000 as "nowMs", o.last_segments as "lastSegments",
      (
        select extract(epoch from min(r.due_at))::float8 * 1000 from retries r
        where r.lane_no = l.no and r.chunk_no is null
      ) as "retryDueMs",
      d.timezone, d.local_time as "localTime", q.version as "quietVersion",
      case when q.enabled and not d.ignore_quiet_hours then q.hours end as "quietHours",
      exists (select 1 from lane_zones z where z.lane_no = l.no) as "hasZones",
      ${newestMigrationSql(tx)} as "newestMigration"
    from lane l join dispatches d on d.no = l.dispatch_no, operator o, clock c, quiet_hours q`;
  return row;
}

export interface ClaimedChunk {
  no: string;
  token: string;
  ids: string[];
  phones: string[];
  /** Attempts each message has behind it. Absent in a chunk of the audience: none has any. */
  attempts?: number[];
  /** How often each was put off; as absent as `attempts`. */
  postponed?: number[];
  /** Of a personal dispatch: what each says, and its segments. */
  texts?: string[];
  segments?: number[];
  /** Which of them an idempotent gateway may have taken already; as absent as `attempts`. */
  maybeSent?: boolean[];
  /**
   * Until when each was valid at the hand-over that a gateway may have taken; undefined: until the
   * window's end. As absent as `attempts`.
   */
  validUntilMs?: (number | undefined)[];
}

/** Where hours of the day matter: whom a claim is of, and until when it may be written. */
export interface ClaimedHours {
  zone: string;
  /** The last recipient number of the zone that was considered. */
  cursor: string;
  /** Nobody knows their zone, and they get nothing. */
  isSkipped: boolean;
  /** Milliseconds since the epoch, database clock. */
  fromMs: number;
  toMs: number;
  /** Nothing is claimed for a slot after it. */
  claimMs: number;
}

/**
 * People of a personal dispatch as they were read before the claim, with their texts: lists of the
 * same length. Nobody is taken who has changed since, nor, of an audience, who comes after them.
 */
export interface WrittenTexts {
  /** Numbers of recipients, or ids of messages that are due again. */
  keys: string[];
  versions: string[];
  texts: (string | null)[];
  segments: number[];
  /** Why there is no text. */
  problems: (string | null)[];
  /** 1: the message had its text already. */
  written: number[];
  /** Where the lane is when all of them are claimed, and whether nobody follows. */
  cursor: string;
  drained: boolean;
}

/** The texts as a table `f`. */
export const textsTable = (
  tx: Tx,
  { keys, versions, texts, segments, problems, written }: WrittenTexts,
) => tx`
  unnest(${keys}::bigint[], ${versions}::text[], ${texts}::text[], ${segments}::int[], ${problems}::text[],
    ${written}::int[]) with ordinality f(key, version, text, segments, problem, written, at)`;

export interface ClaimInput {
  laneNo: number;
  lane: LockedLane;
  hours?: ClaimedHours;
  /** Where hours of the day matter: what the audience must match, if it is an expression. */
  terms?: Terms;
  plan: Extract<ChunkPlan, { kind: "claim" }>;
  token: string;
  leaseMs: number;
  turnMs: number;
  /** The operator's gateway takes a repeated id once. */
  idempotent: boolean;
  /** Of a personal dispatch. */
  texts?: WrittenTexts;
}

/** Until when what is claimed is worth delivering: the end of the window, or of their hours. */
export const validUntilMs = (lane: LockedLane, hours: ClaimedHours | undefined): number =>
  Math.min(lane.endMs, hours?.toMs ?? lane.endMs);

/** The instants that both claims write. */
export const claimInstants = (tx: Tx, { lane, hours, leaseMs }: ClaimInput) => ({
  now: tx`to_timestamp(${lane.nowMs} / 1000.0)`,
  ends: tx`to_timestamp(${validUntilMs(lane, hours)} / 1000.0)`,
  leaseEnds: tx`to_timestamp((${lane.nowMs}::float8 + ${leaseMs}::float8) / 1000.0)`,
  zone: hours && !hours.isSkipped ? tx`${hours.zone}` : tx`null`,
  rangeFrom: hours && !hours.isSkipped ? tx`to_timestamp(${hours.fromMs} / 1000.0)` : tx`null`,
  rangeTo: hours && !hours.isSkipped ? tx`to_timestamp(${hours.toMs} / 1000.0)` : tx`null`,
});

/**
 * The tail of both claims: adds the counts of settled chunks to the lane, moves its cursor, renews
 * the turn and reserves the slots. It follows CTEs named `reach` and `totals`.
 * @param reached what `reach` (`r`) says of the lane
 */
export const foldAndAdvance = (
  tx: Tx,
  { lane, laneNo, plan, turnMs }: ClaimInput,
  reached = tx`cursor = coalesce(r.cursor, lanes.cursor), drained = r.drained`,
) => tx`
    folded as (
      update chunks set folded = true
      where lane_no = ${laneNo} and not folded and state in ('settled', 'released')
      returning ${raw(tx, counterSql.names)}
    ),

    sums as materialized (
      select ${raw(tx, counterSql.sums)} from folded
    ),

    advanced as (
      update lanes set ${raw(tx, counterSql.add("lanes", "s"))}, ${reached},
        wait_reason = null, wait_until = null,
        turn_until = to_timestamp((${lane.nowMs}::float8 + ${turnMs}::float8) / 1000.0)
      from sums s, reach r where lanes.no = ${laneNo}
    ),

    reserved as (
      update operators set last_segments = ${plan.slots}, next_slot_at = to_timestamp((
          ${plan.firstSlotMs}::float8
          + ${plan.stepMs}::float8 * ${plan.slots < 0 ? tx`t.segments` : tx`t.sending`}
        ) / 1000.0)
      from totals t where no = ${lane.operatorNo} and t.sending > 0 and ${plan.stepMs}::float8 > 0
    )`;

/**
 * What both claims answer: the chunk's number, and lists with one value a message, joined by
 * commas.
 */
export interface ClaimRow {
  no: string | null;
  ids: string | null;
  phones: string | null;
  attempts: string | null;
  postponed: string | null;
  maybeSent: string | null;
  validUntil: string | null;
}

export function chunkFrom(row: ClaimRow, token: string): ClaimedChunk | undefined {
  if (row.no === null || row.ids === null || row.phones === null) return undefined;
  const attempts = row.attempts?.split(",").map(Number);
  const postponed = row.postponed?.split(",").map(Number);
  const maybeSent = row.maybeSent?.split(",").map((flag) => flag === "1");
  const validUntilMs = row.validUntil?.split(",").map((ms) => (ms === "" ? undefined : Number(ms)));
  return {
    no: row.no,
    token,
    ids: row.ids.split(","),
    phones: row.phones.split(","),
    ...(attempts && { attempts }),
    ...(postponed && { postponed }),
    ...(maybeSent && { maybeSent }),
    ...(validUntilMs && { validUntilMs }),
  };
}

/** A chunk that was claimed with this token and never started. */
export async function findClaim(
  sql: Sql,
  laneNo: number,
  token: string,
): Promise<{ no: string; operatorNo: number; ids: string[] } | undefined> {
  const [row] = await sql<{ no: string; operatorNo: number; ids: string | null }[]>`
    select k.no::text as no, l.operator_no as "operatorNo", (
      select string_agg(m.id::text, ',' order by m.id) from messages m
      where m.id between k.first_id and k.last_id and m.chunk_no = k.no and m.status = 'sending'
    ) as ids
    from chunks k join lanes l on l.no = k.lane_no
    where k.lane_no = ${laneNo} and not k.folded and k.token = ${token}::uuid and k.state = 'claimed'`;
  return row?.ids ? { ...row, ids: row.ids.split(",") } : undefined;
}
