import { afterEach, beforeEach, expect, test } from "vitest";
import { suppress } from "@/db/audience/suppressions";
import { transaction } from "@/db/client";
import { setOptOut } from "@/lib/services/audience/set-opt-out";
import { expectCountersExact, expectNobodyTwice } from "@/test/support/sending-oracle";
import { World } from "@/test/support/world";

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(async () => {
  await expectCountersExact(world.sql);
  await expectNobodyTwice(world);
  await world.close();
});

const phonesOf = async (where = world.sql`true`) =>
  (await world.sql<{ phone: string }[]>`select phone from recipients where ${where} order by no`).map(
    ({ phone }) => phone,
  );

test.for([
  { what: "with a rate", rate: 300 },
  { what: "without a rate", rate: null },
])("An opt-out bites within a second in the middle of a chunk of a lane $what", async ({ rate }) => {
  await world.addRecipients(await world.addOperator(rate), 3_000);
  world.gateway.connectionsMax = 20;
  let [answerMs, slow] = [20, 0];
  world.gateway.respond = async ({ atMs }) => {
    if (answerMs > 1_000) slow++;
    await world.clock.sleepUntil(atMs + answerMs);
    return { kind: "accepted" };
  };
  const dispatch = await world.addDispatch();
  const process = world.process();
  const lanes = await world.openIt(process, dispatch);
  const running = world.runLane(process, lanes[0]!.lane);
  await world.gateway.until(300);
  // What is claimed by now lasts for longer than a second.
  answerMs = 1_400;
  await world.until(() => slow > 0);
  const phones = await phonesOf();
  await transaction(world.sql, (tx) => suppress(tx, phones, "asked", "test"));
  const outMs = world.clock.now();
  await running;
  await process.quiet();
  await world.runAnnounced(process);
  expect(world.gateway.log.filter(({ atMs }) => atMs > outMs + 1_000)).toEqual([]);
  const tally = await world.tally(dispatch);
  expect(tally).toEqual({ sent: world.gateway.log.length, skipped: 3_000 - world.gateway.log.length });
  const errors = await world.sql`select distinct error from messages where status = 'skipped'`;
  expect(errors).toEqual([{ error: "opted_out" }]);
});

/** 40 messages on their way for seconds, when something happens. */
async function onTheWay(happens: () => Promise<unknown>): Promise<void> {
  const process = world.process();
  const dispatch = await world.addDispatch();
  const lanes = await world.openIt(process, dispatch);
  let count = 0;
  world.gateway.heldUpMs = () => {
    count++;
    return 5_000;
  };
  const running = world.runLane(process, lanes[0]!.lane);
  await world.until(() => count === 40);
  await happens();
  await running;
  await process.quiet();
  expect(await world.tally(dispatch)).toEqual({ sent: 30, skipped: 10 });
  const out = new Set(await phonesOf(world.sql`opted_out_at is not null`));
  expect(world.gateway.log.filter(({ phone }) => out.has(phone))).toEqual([]);
  const noted =
    await world.sql`select count(*)::int as n from failures where outcome = 'skipped' and code = 'opted_out'`;
  expect(noted).toEqual([{ n: 10 }]);
}

test("Whose message is on its way when they opt out is not written to any more, and everybody else is", async () => {
  await world.addRecipients(await world.addOperator(null), 40);
  const phones = (await phonesOf()).slice(0, 10);
  await onTheWay(() => Promise.all(phones.map((phone) => setOptOut(world.web(), phone, true))));
});

test("An opt-out that was begun before the claim and committed after it bites, too", async () => {
  await world.addRecipients(await world.addOperator(null), 40);
  const phones = (await phonesOf()).slice(0, 10);
  let commit = () => {};
  const mayCommit = new Promise<void>((resolve) => {
    commit = resolve;
  });
  let begun = () => {};
  const hasBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const suppressing = transaction(world.sql, async (tx) => {
    await suppress(tx, phones, "asked", "test");
    begun();
    await mayCommit;
  });
  await hasBegun;
  await onTheWay(async () => {
    // Somebody later is committed first: the newest number alone would not tell.
    await transaction(world.sql, (tx) => suppress(tx, ["+79990000000"], "asked", "test"));
    const laterMs = world.clock.now();
    // Some polls have seen it.
    await world.until(() => world.clock.now() > laterMs + 800);
    commit();
    await suppressing;
  });
});

test("Whom the operator refuses because they told it to stop is told to webhooks, each once", async () => {
  await world.sql`insert into webhooks (id, url, events, secret, created_by)
    values (gen_random_uuid(), 'https://example.com/', '{recipient.opted_out}', 'whsec_x', 'test')`;
  await world.addRecipients(await world.addOperator(null), 3);
  const [refused] = await phonesOf();
  world.gateway.respond = ({ phone }) =>
    phone === refused ? { kind: "rejected", code: "twilio_21610" } : { kind: "accepted" };
  const process = world.process();
  for (let i = 0; i < 2; i++) await world.run(process, await world.addDispatch());
  const rows = await world.sql<
    { payload: string }[]
  >`select payload from webhook_deliveries where status = 'pending'`;
  const told = rows.map(({ payload }) => JSON.parse(payload));
  expect(told).toMatchObject([
    {
      type: "recipient.opted_out",
      data: { phone: refused, reason: "refused_by_operator", at: expect.any(String) },
    },
  ]);
});
