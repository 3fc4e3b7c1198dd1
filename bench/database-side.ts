import { randomUUID } from "node:crypto";
import type { Db } from "@/db/client";
import { settleChunk, startChunk } from "@/db/sending/settle";
import { beginTurn } from "@/db/sending/turns";
import { readSettings } from "@/lib/env";
import type { HandOver } from "@/lib/gateways/gateway";
import { countDispatchAudience, openDispatch } from "@/lib/services/dispatches/open-dispatch";
import { claimChunk, TURN_LEASE_MS } from "@/lib/services/sending/claim-chunk";
import { openSendingContext } from "@/lib/services/sending/open-sending-context";
import type { SendingContext } from "@/lib/services/sending/sending-context";
import { takeTurn } from "@/lib/services/sending/take-turn";

const BATCH = 500;
const TURN_MS = 30_000;

interface Sender {
  ctx: SendingContext;
  quiet(): Promise<void>;
  close(): Promise<void>;
}

/** The sending side in this process, with a gateway that takes everything at once. */
export function openSender(url: string): Sender {
  const inFlight = new Set<Promise<void>>();
  const stopping = new AbortController();
  const ctx = openSendingContext(
    { ...readSettings({ NODE_ENV: "production", DATABASE_URL: url }), DATABASE_URL: url },
    {
      announce: async () => {},
      stopping: stopping.signal,
      async waitUntil(work) {
        const kept = work.finally(() => inFlight.delete(kept));
        inFlight.add(kept);
      },
    },
  );
  const gateway = {
    name: "at once",
    connectionsMax: 256,
    idempotent: false,
    send: (handOver: HandOver) => {
      handOver.go();
      handOver.over({ kind: "accepted" });
    },
    close: async () => {},
  };
  ctx.gatewayOf = () => gateway;
  const quiet = async () => {
    while (inFlight.size > 0) await Promise.all(inFlight);
  };
  return { ctx, quiet, close: () => ctx.close() };
}

/** Adds a dispatch to everybody, opens it. @returns its lane */
async function openOne(ctx: SendingContext): Promise<number> {
  const [row] = await ctx.db.sql<{ id: string }[]>`
    insert into dispatches (id, timezone, start_at, end_at, start_input, end_input, message_text, segments)
    values (gen_random_uuid(), 'UTC', now() - interval '1 minute', now() + interval '1 day', '', '', 'hello', 1) returning id`;
  const opened = await openDispatch(ctx, row!.id, 1);
  if (opened.kind !== "open") throw new Error(`the dispatch is ${opened.kind}`);
  await countDispatchAudience(ctx, row!.id);
  return opened.lanes[0]!.lane;
}

/**
 * Sends one dispatch to everybody in the database through claim, start, hand-over and settle.
 * @returns messages a second
 */
export async function sendAll({ ctx, quiet }: Sender, count: number): Promise<number> {
  const lane = await openOne(ctx);
  const startedMs = performance.now();
  while ((await takeTurn(ctx, lane, TURN_MS)).next === "again");
  await quiet();
  const tookMs = performance.now() - startedMs;
  const [row] = await ctx.db.sql<
    { n: number }[]
  >`select count(*)::int as n from messages where lane_no = ${lane} and status = 'sent'`;
  if (row!.n !== count) throw new Error(`${row!.n} of ${count} messages were sent`);
  return (count / tookMs) * 1000;
}

/**
 * The least that the same rows cost: batches of multi-row INSERT, then UPDATE, each in its own
 * transaction. @returns rows a second
 */
export async function writeBare({ sql }: Db, count: number, concurrency: number): Promise<number> {
  await sql`drop table if exists bare`;
  await sql.unsafe("create table bare (like messages including all) with (fillfactor = 45)");
  const batches = Array.from({ length: Math.ceil(count / BATCH) }, (_, i) => i * BATCH);
  const startedMs = performance.now();
  const loop = async () => {
    for (let first = batches.shift(); first !== undefined; first = batches.shift()) {
      const ids = Array.from({ length: BATCH }, (_, i) => String((1n << 32n) + BigInt(first! + i)));
      const phones = ids.map((_, i) => `+7${9_000_000_000 + first! + i}`);
      await sql`
        insert into bare (id, lane_no, chunk_no, phone, status, claimed_at)
        select id, 1, ${first}::bigint, phone, 'sending', now() from unnest(${ids}::bigint[], ${phones}::text[]) as u(id, phone)`;
      await sql`
        update bare set status = 'sent', attempts = attempts + 1, settled_at = now()
        where id between ${ids[0]!}::bigint and ${ids.at(-1)!}::bigint and chunk_no = ${first}::bigint and status = 'sending'`;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, loop));
  return (count / (performance.now() - startedMs)) * 1000;
}

/** Milliseconds of each of `rounds` claims and settles of 250 messages on a lane of its own. */
export async function timeChunks(
  { ctx }: Sender,
  rounds: number,
): Promise<{ claimMs: number[]; settleMs: number[] }> {
  const lane = await openOne(ctx);
  const token = randomUUID();
  await beginTurn(ctx.db.sql, lane, token, TURN_LEASE_MS);
  const [claimMs, settleMs]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const t0 = performance.now();
    const claim = await claimChunk(ctx, lane, token, 1000);
    if (claim.kind !== "chunk") throw new Error(`the claim is ${claim.kind}`);
    const t1 = performance.now();
    await startChunk(ctx.db.sql, claim.chunk.no, claim.chunk.token);
    const outcomes = claim.chunk.ids.map((id) => ({
      id,
      status: "sent" as const,
      error: null,
      attempted: true,
      delayMs: 0,
    }));
    const t2 = performance.now();
    await settleChunk(ctx.db.sql, claim.chunk, outcomes, false);
    claimMs.push(t1 - t0);
    settleMs.push(performance.now() - t2);
  }
  return { claimMs, settleMs };
}

/** Writes so many messages of dispatches that are over. */
export async function fillMessages({ sql }: Db, count: number): Promise<void> {
  const perDispatch = 500_000;
  for (let from = 0; from < count; from += perDispatch) {
    const [dispatch] = await sql<{ no: number }[]>`
      insert into dispatches (id, status, timezone, start_at, end_at, start_input, end_input, message_text, segments, finished_at)
      values (gen_random_uuid(), 'completed', 'UTC', now() - interval '2 days', now() - interval '1 day', '', '', 'hello', 1, now()) returning no`;
    const [lane] = await sql<{ no: number }[]>`
      insert into lanes (dispatch_no, operator_no, open, drained, sent) select ${dispatch!.no}, min(no), false, true, ${perDispatch} from operators returning no`;
    await sql`
      insert into messages (id, lane_no, chunk_no, phone, status, attempts, claimed_at, settled_at)
      select (${dispatch!.no}::bigint << 32) | i, ${lane!.no}, 1, '+79000000000', 'sent', 1, now(), now() from generate_series(1, ${perDispatch}::int) i`.execute();
  }
  await sql`vacuum analyze messages`;
}
