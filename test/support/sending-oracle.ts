import { expect } from "vitest";
import type { Sql } from "@/db/client";
import { messageStatuses } from "@/lib/domain/lifecycle";
import { textProblems } from "@/lib/domain/text/personal-text";
import { segmentCount } from "@/lib/domain/text/segments";
import type { DispatchRef, HandOver, World } from "./world";

/**
 * Counters equal a recount from the messages, and every row that counts on another finds it. True
 * at every moment, as one transaction sees it.
 * @param atRest nothing is in flight: then every row of what is over is at its end, too
 */
export async function expectCountersExact(sql: Sql, { atRest = true } = {}): Promise<void> {
  await sql.begin("isolation level repeatable read read only", (tx) =>
    expectConsistent(tx as unknown as Sql, atRest),
  );
}

async function expectConsistent(sql: Sql, atRest: boolean): Promise<void> {
  const columns = messageStatuses.map((s) => `'${s}', l.${s} + coalesce(c.${s}, 0)`).join(", ");
  const sums = messageStatuses.map((s) => `sum(${s}) as ${s}`).join(", ");
  const counted = await sql.unsafe<{ no: number; counts: Record<string, number> }[]>(`
    select l.no, json_build_object(${columns}) as counts from lanes l
    left join (select lane_no, ${sums} from chunks where not folded group by lane_no) c on c.lane_no = l.no order by l.no`);
  const recounted = await sql<{ no: number; status: string; n: number }[]>`
    select lane_no as no, status, count(*)::int as n from messages group by 1, 2`;
  for (const { no, counts } of counted) {
    const zero = Object.fromEntries(messageStatuses.map((s) => [s, 0]));
    const actual = Object.fromEntries(recounted.filter((r) => r.no === no).map((r) => [r.status, r.n]));
    expect(counts, `counters of lane ${no}`).toEqual({ ...zero, ...actual });
  }
  const orphans = await sql`
    select m.id, m.status, 'no retry' as problem from messages m left join retries r on r.message_id = m.id
      where m.status = 'deferred' and r.message_id is null
    union all select r.message_id, m.status, 'idle retry' from retries r left join messages m on m.id = r.message_id
      where (r.chunk_no is null and m.status is distinct from 'deferred') or (r.chunk_no is not null and m.status is distinct from 'sending')
    union all select m.id, m.status, 'no open chunk' from messages m left join chunks c on c.no = m.chunk_no
      where m.status = 'sending' and (c.state is null or c.state not in ('claimed', 'started'))`;
  expect(orphans, "messages, retries and chunks agree").toEqual([]);
  const unsquared = await sql`
    select d.no, d.status, d.audience, count(m.id) as messages, d.unclaimed_expired + d.unclaimed_cancelled + d.unclaimed_skipped as unclaimed
    from dispatches d left join messages m on m.id >> 32 = d.no
    where d.status in ('completed', 'expired') or ${atRest} and d.status = 'cancelled' and d.audience is not null
    group by d.no having d.audience <> count(m.id) + d.unclaimed_expired + d.unclaimed_cancelled + d.unclaimed_skipped
      or count(*) filter (where m.status in ('sending', 'deferred')) > 0`;
  expect(unsquared, "audience = messages + those who never got one").toEqual([]);
}

/**
 * Whatever was delivered is counted by its time, too. True at every moment, but of what a version
 * before counted.
 */
export async function expectReceiptsExact(sql: Sql): Promise<void> {
  const wrong = await sql`
    select l.no as lane, l.delivered, r.delivered as by_time from lanes l
    cross join lateral (
      select coalesce(sum(delivered), 0) as delivered from lane_receipts where lane_no = l.no
    ) r
    where l.delivered <> r.delivered`;
  expect(wrong, "delivered messages, and those counted by their time").toEqual([]);
}

/**
 * No lane of a running dispatch is closed inside its window, but by the emergency stop: nobody
 * would go on with it. True at every moment.
 */
export async function expectLanesOpen(sql: Sql): Promise<void> {
  const closed = await sql`
    select l.no as lane, d.no as dispatch, d.end_at from lanes l join dispatches d on d.no = l.dispatch_no, sending_state s
    where d.status = 'running' and d.end_at > clock_now() and s.state = 'on' and not l.open`;
  expect(closed, "lanes closed before the end").toEqual([]);
}

/**
 * Nobody got a dispatch twice: a message was handed over again only after the gateway had surely
 * not taken it (or said it is idempotent), and its row tells what happened.
 */
export async function expectNobodyTwice({ sql, gateway }: World): Promise<void> {
  const byId = new Map<string, HandOver[]>();
  for (const handOver of gateway.log) byId.set(handOver.id, [...(byId.get(handOver.id) ?? []), handOver]);
  for (const [id, handOvers] of byId) {
    // An idempotent gateway sends the same id once however often it is handed it.
    const maybeTaken = handOvers.filter(
      ({ outcome }) => !outcome || outcome.kind === "accepted" || outcome.kind === "unknown",
    );
    if (!gateway.idempotent)
      expect(maybeTaken.length, `message ${id} was taken at most once`).toBeLessThanOrEqual(1);
  }
  const rows = await sql<
    { id: string; status: string; phone: string }[]
  >`select id::text, status, phone from messages`;
  const statuses = new Map(rows.map((row) => [row.id, row]));
  // Of somebody who was erased the number is scrubbed when the dispatch is over.
  for (const [id, [first]] of byId)
    expect([first!.phone, `#${first!.recipientNo}`], `message ${id} has a row`).toContain(
      statuses.get(id)?.phone,
    );
  for (const { id, status } of rows) {
    const last = byId.get(id)?.at(-1)?.outcome?.kind;
    // What may have been taken is never reported as if it had not been.
    if (
      byId
        .get(id)
        ?.some(({ outcome }) => !outcome || outcome.kind === "accepted" || outcome.kind === "unknown")
    ) {
      const allowed = [
        "sent",
        "unknown",
        "delivered",
        "undelivered",
        ...(gateway.idempotent ? ["sending", "deferred", "failed"] : []),
      ];
      expect(allowed, `message ${id} may have been taken`).toContain(status);
    }
    if (status === "sent") expect(last, `message ${id} is said to be sent`).toBe("accepted");
    if (status === "failed")
      expect(["rejected", "deferred"], `message ${id} is said to have failed`).toContain(last);
    if (last === undefined && !byId.has(id))
      expect(["sent", "failed"], `message ${id} was never handed over`).not.toContain(status);
  }
}

/** In no sliding second more segments than the rate; a single message longer than that alone. */
export function expectRateKept(
  handOvers: { atMs: number; segments?: number }[],
  rate: number,
  segments = 1,
): void {
  const log = handOvers
    .map((h) => ({ atMs: h.atMs, segments: h.segments ?? segments }))
    .sort((a, b) => a.atMs - b.atMs);
  let most = 0;
  let sum = 0;
  for (let first = 0, last = 0; last < log.length; last++) {
    sum += log[last]!.segments;
    while (log[last]!.atMs - log[first]!.atMs >= 1000) sum -= log[first++]!.segments;
    if (last > first) most = Math.max(most, sum);
  }
  expect(most, `segments within a sliding second at ${rate} a second`).toBeLessThanOrEqual(rate);
}

/**
 * Nothing of the dispatch (of any, when there is none) may go out from a second after `fromMs` to
 * `toMs`; to one phone, when there is one.
 */
export interface Silence {
  dispatch: DispatchRef | undefined;
  phone?: string;
  fromMs: number;
  toMs: number;
}

/** The gateway's log joined with the rows. */
export async function expectGuarantees(
  world: World,
  dispatches: DispatchRef[],
  silences: Silence[],
): Promise<void> {
  const { sql, gateway } = world;
  await expectCountersExact(sql);
  await expectReceiptsExact(sql);
  await expectNobodyTwice(world);
  const tolerance = sql`${200 + world.steppedMs}::int * interval '1 millisecond'`;

  for (const { dispatch, phone, fromMs, toMs } of silences) {
    const broken = gateway.log.filter(
      (h) =>
        (!dispatch || h.dispatchNo === dispatch.no) &&
        (!phone || h.phone === phone) &&
        h.atMs > fromMs + 1_000 &&
        h.atMs < toMs,
    );
    expect(broken, "hand-overs more than a second after a pause, a cancel, the stop or an opt-out").toEqual(
      [],
    );
  }

  await expectClaimsKept(world);
  await expectUnknownExplained(world);

  const passedOver = await sql`
    select m.id, m.error from messages m join recipients r on r.no = (m.id & 4294967295)
    join dispatches d on d.no = m.id >> 32
    where m.status = 'skipped' and not (d.personal and m.error = any(${textProblems}::text[])) and least(
      (select min(t.at) from test_opt_outs t where t.recipient_no = r.no), r.opted_out_at, r.deleted_at
    ) < m.settled_at + ${tolerance} is not true`;
  expect(passedOver, "skipped, and neither opted out nor deleted").toEqual([]);

  const forgotten = await sql`
    select d.no as dispatch, r.no as recipient, m.status from dispatches d join recipients r on r.no <= coalesce(d.max_no, r.no)
      and (d.operator_no is null or r.operator_no = d.operator_no)
      and (d.tag_no is null or exists (select 1 from recipient_tags t where t.tag_no = d.tag_no and t.recipient_no = r.no))
      and (r.opted_out_at is null or r.opted_out_at > d.started_at)
      and not exists (select from test_opt_outs t where t.recipient_no = r.no and t.at <= d.started_at)
      and ${misses(sql, true)} is null
    left join messages m on m.id = (d.no::bigint << 32) | r.no
    where d.status = 'completed' and d.no = any(${dispatches.map((d) => d.no)}::int[])
      and (r.operator_changed_at is null or r.operator_changed_at < d.finished_at - ${tolerance})
      and (m.id is null or m.status in ('expired', 'cancelled'))`;
  const strangers = await sql`
    select d.no as dispatch, r.no as recipient, ${misses(sql, false)} as misses from dispatches d
    join messages m on m.id >> 32 = d.no join recipients r on r.no = (m.id & 4294967295)
    -- An erasure takes tags and attributes away from whoever was written to before.
    where d.no = any(${dispatches.map((d) => d.no)}::int[]) and starts_with(r.phone, '+')
      and ${misses(sql, false)} is not null`;
  expect(strangers, "written to, although a clause of the audience leaves them out").toEqual([]);
  expect(forgotten, "of the audience of a completed dispatch, without a message").toEqual([]);
}

/**
 * A clause of dispatch `d` that leaves recipient `r` out, read from its rows one by one; null when
 * none does. Operators change, tags and attributes do not.
 */
const misses = (sql: Sql, withOperators: boolean) => sql`(
  select min(a.clause) from audience_terms a
  where a.dispatch_no = d.no and case a.clause
    when 'tags_all' then not exists (
      select from recipient_tags t where t.recipient_no = r.no and t.tag_no = a.tag_no)
    when 'tags_none' then exists (
      select from recipient_tags t where t.recipient_no = r.no and t.tag_no = a.tag_no)
    when 'tags_any' then not exists (
      select from audience_terms b join recipient_tags t using (tag_no)
      where b.dispatch_no = d.no and b.clause = 'tags_any' and t.recipient_no = r.no)
    when 'operators' then ${withOperators}::boolean and not exists (
      select from audience_terms b
      where b.dispatch_no = d.no and b.clause = 'operators' and b.operator_no = r.operator_no)
    when 'attributes' then not exists (
      select from audience_terms b
      where b.dispatch_no = d.no and b.position = a.position and r.attributes ->> b.name = b.value)
    else exists (
      select from messages m
      where m.id = (a.excluded_no::bigint << 32) | r.no and m.status not in ('failed', 'expired', 'skipped', 'cancelled'))
    end)`;

/**
 * A claim hands a message over once at most; and nobody is claimed whose opt-out the claim could
 * see. No clock can tell that: a busy machine may hold a claim up between its look and its INSERT.
 */
async function expectClaimsKept({ sql, gateway }: World): Promise<void> {
  const rows = await sql<{ id: string; claims: number }[]>`
    select c.message_id::text as id, count(*)::int as claims from test_claims c join recipients r on r.no = (c.message_id & 4294967295)
    where r.opted_out_at is null or not pg_visible_in_snapshot(
      (select t.by from test_opt_outs t where t.recipient_no = r.no order by t.no desc limit 1), c.seen)
    group by 1`;
  const claims = new Map(rows.map((row) => [row.id, row.claims]));
  const handOvers = new Map<string, number>();
  for (const { id } of gateway.log) handOvers.set(id, (handOvers.get(id) ?? 0) + 1);
  const broken = [...handOvers].filter(([id, n]) => n > (claims.get(id) ?? 0));
  expect(broken, "handed over more often than claimed, before an opt-out").toEqual([]);
}

/** Longer than a lease without these jumps can have lasted. */
const LEASE_JUMPED_MS_MIN = 60_000;

/**
 * `unknown` is what the gateway's answer left unknown, or a process that died or stood still, or a
 * lease that ended while it was at work.
 */
async function expectUnknownExplained({ sql, gateway, unwell, jumps, steppedMs }: World): Promise<void> {
  const lost = new Set(
    gateway.log.filter(({ outcome }) => !outcome || outcome.kind === "unknown").map(({ id }) => id),
  );
  const chunks = await sql<{ id: string; worker: string; claimedMs: number; settledMs: number }[]>`
    select m.id::text, c.worker, extract(epoch from c.claimed_at)::float8 * 1000 as "claimedMs", extract(epoch from c.settled_at)::float8 * 1000 as "settledMs"
    from messages m join test_claims t on t.message_id = m.id join chunks c on c.no = t.chunk_no where m.status = 'unknown'`;
  const explained = new Set(
    chunks
      .filter(({ worker, claimedMs, settledMs }) => {
        const during = jumps.filter(
          ({ toMs }) => toMs > claimedMs - steppedMs && toMs < settledMs + steppedMs,
        );
        return unwell.includes(worker) || during.reduce((sum, { ms }) => sum + ms, 0) > LEASE_JUMPED_MS_MIN;
      })
      .map(({ id }) => id),
  );
  const unexplained = chunks.filter(({ id }) => !lost.has(id) && !explained.has(id));
  expect(unexplained, "unknown, although everything about them is known").toEqual([]);
}

export interface OperatorRate {
  no: number;
  rate: number | null;
  /** Its rate was changed on the way, between these two instants of the world's clock. */
  changed?: { rate: number; fromMs: number; toMs: number };
}

/**
 * Rates and windows, on the world's clock. A rate that was changed holds until then, and the new
 * one from a second later.
 */
export async function expectTimesKept(world: World, operators: OperatorRate[]): Promise<void> {
  const { sql, gateway } = world;
  const rows = await sql<{ id: string; operator: number; segments: number | null }[]>`
    select m.id::text, l.operator_no as operator, case when not d.personal then d.segments end as segments
    from messages m join lanes l on l.no = m.lane_no join dispatches d on d.no = l.dispatch_no`;
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const { no, rate, changed } of operators) {
    const ofOperator = gateway.log
      .filter((h) => byId.get(h.id)?.operator === no)
      .map((h) => ({ atMs: h.atMs, segments: byId.get(h.id)!.segments ?? segmentCount(h.text) }));
    const { fromMs, toMs } = changed ?? { fromMs: Number.POSITIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };
    const [before, after] = [
      ofOperator.filter(({ atMs }) => atMs < fromMs),
      ofOperator.filter(({ atMs }) => atMs > toMs + 1_000),
    ];
    if (rate !== null) expectRateKept(before, rate);
    if (changed) expectRateKept(after, changed.rate);
  }

  const windows = await sql<{ no: number; start: number; end: number }[]>`
    select no, extract(epoch from start_at)::float8 * 1000 as start, extract(epoch from end_at)::float8 * 1000 as end from dispatches`;
  // The two clocks of a world move together; they differ by what a question takes.
  const skewMs = (await world.databaseNowMs()) - world.clock.now();
  for (const { no, start, end } of windows) {
    for (const { atMs } of gateway.log.filter((h) => h.dispatchNo === no)) {
      expect(atMs + skewMs, "after the start").toBeGreaterThan(start - 20);
      expect(atMs + skewMs, "before the end").toBeLessThan(end + 20);
    }
  }
}
