import { noTerms, type Terms, writeTerms } from "@/db/audience/terms";
import type { Db } from "@/db/client";
import { measureAudience } from "@/db/dispatches/measure";
import { openDispatch } from "@/lib/services/dispatches/open-dispatch";
import { takeTurn } from "@/lib/services/sending/take-turn";
import type { openSender } from "./database-side";
import { addOperator } from "./setup";

/**
 * Audiences of a large installation: how soon a rare combination begins, what it takes from the
 * other lanes of its operator, and how long a preview counts.
 */

const RATE = 200;
const BESIDE_MS = 8_000;
const TURN_MS = 30_000;

/**
 * Two tags, of a fifth and of a seventh of all, one of half of all, and an attribute; together the
 * two tags and the attribute have one in 3,333.
 */
export async function fillAudiences(db: Db, recipients: number): Promise<void> {
  for (let i = 0; i < 4; i++) await addOperator(db, RATE, 0);
  await db.sql`
    insert into recipients (phone, operator_no, attributes)
    select '+7' || (9000000000 + i)::text, (select min(no) from operators) + i % 4,
      jsonb_build_object('level', case when i % 3325 < 35 then 'gold' else 'plain' end, 'city', (i % 100)::text)
    from generate_series(1, ${recipients}::int) i`;
  for (const [name, every] of [
    ["fifth", 5],
    ["seventh", 7],
    ["half", 2],
  ] as const)
    await db.sql`
      with tag as (insert into tags (id, name) values (gen_random_uuid(), ${name}) returning no)
      insert into recipient_tags (tag_no, recipient_no)
      select tag.no, i from tag, generate_series(${every}::int, ${recipients}::int, ${every}::int) i`;
  await db.sql`vacuum analyze recipients, recipient_tags, tag_counts`;
}

type Sender = ReturnType<typeof openSender>;

export async function tagNos(db: Db): Promise<Record<string, number>> {
  const rows = await db.sql<{ name: string; no: number }[]>`select name, no from tags`;
  return Object.fromEntries(rows.map(({ name, no }) => [name, no]));
}

export async function firstOperator(db: Db): Promise<number> {
  const [row] = await db.sql<{ no: number }[]>`select min(no) as no from operators`;
  return row!.no;
}

async function openWith({ ctx }: Sender, terms: Partial<Terms> | null, operatorNo: number | null = null) {
  const [row] = await ctx.db.sql<{ id: string; no: number }[]>`
    insert into dispatches (id, timezone, start_at, end_at, start_input, end_input, message_text, segments, has_terms, operator_no)
    values (gen_random_uuid(), 'UTC', now() - interval '1 minute', now() + interval '1 day', '', '', 'hello', 1, ${terms !== null}, ${operatorNo})
    returning id, no`;
  if (terms)
    await ctx.db.sql.begin((tx) => writeTerms(tx, { dispatchNo: row!.no }, { ...noTerms, ...terms }));
  const opened = await openDispatch(ctx, row!.id, 1);
  if (opened.kind !== "open") throw new Error(`the dispatch is ${opened.kind}`);
  return { no: row!.no, lanes: opened.lanes.map(({ lane }) => lane) };
}

const sent = async ({ ctx }: Sender, no: number) => {
  const [row] = await ctx.db.sql<{ n: number }[]>`
    select count(*)::int as n from messages where id >> 32 = ${no} and status = 'sent'`;
  return row!.n;
};

async function end({ ctx, quiet }: Sender, no: number, turns: Promise<unknown>[]): Promise<void> {
  await ctx.db.sql`update lanes set open = false where dispatch_no = ${no}`;
  await Promise.all(turns);
  await quiet();
}

/** Milliseconds from the opening of the dispatch to its first hand-over. */
export async function timeFirst(sender: Sender, terms: Partial<Terms>): Promise<number> {
  const gateway = sender.ctx.gatewayOf("default");
  const { send } = gateway;
  let firstMs = 0;
  gateway.send = (handOver) => {
    firstMs ||= performance.now();
    return send(handOver);
  };
  const startedMs = performance.now();
  const { no, lanes } = await openWith(sender, terms);
  const turns = lanes.map((lane) => takeTurn(sender.ctx, lane, TURN_MS));
  while (firstMs === 0) await new Promise((done) => setTimeout(done, 5));
  gateway.send = send;
  await end(sender, no, turns);
  return firstMs - startedMs;
}

/**
 * Messages that a plain lane sends in a while, alone, and beside a dispatch that seeks without
 * finding anybody for as long.
 */
export async function timeBeside(
  sender: Sender,
  terms: Partial<Terms>,
  operatorNo: number,
): Promise<{ alone: number; beside: number; passed: number }> {
  const run = async (isBeside: boolean) => {
    const plain = await openWith(sender, null, operatorNo);
    const turns = plain.lanes.map((lane) => takeTurn(sender.ctx, lane, TURN_MS));
    await new Promise((done) => setTimeout(done, 1_000));
    const seeking = isBeside ? await openWith(sender, terms) : undefined;
    const seeks = seeking?.lanes.map((lane) => takeTurn(sender.ctx, lane, TURN_MS)) ?? [];
    const before = await sent(sender, plain.no);
    const startedMs = performance.now();
    await new Promise((done) => setTimeout(done, BESIDE_MS));
    const after = await sent(sender, plain.no);
    const rate = ((after - before) / (performance.now() - startedMs)) * 1000;
    const [row] = await sender.ctx.db.sql<{ passed: number }[]>`
      select coalesce(sum(cursor), 0)::float8 as passed from lanes where dispatch_no = ${seeking?.no ?? 0}`;
    await end(sender, plain.no, turns);
    if (seeking) await end(sender, seeking.no, seeks);
    return { rate, passed: row!.passed };
  };
  const alone = await run(false);
  const { rate, passed } = await run(true);
  return { alone: alone.rate, beside: rate, passed };
}

/** Milliseconds that counting takes, and what it says. */
export async function timeCount(
  { sql }: Db,
  filters: Parameters<typeof measureAudience>[1],
): Promise<{ ms: number; count: number; isEstimate: boolean }> {
  await measureAudience(sql, filters);
  const startedMs = performance.now();
  const { parts, isEstimate } = await measureAudience(sql, filters);
  const ms = performance.now() - startedMs;
  return { ms, count: parts.reduce((sum, { count }) => sum + count, 0), isEstimate };
}
