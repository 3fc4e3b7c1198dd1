import { beforeAll, expect, test } from "vitest";
import { buildWhenStale } from "@/scripts/build";
import { ApiClient } from "./api-client";
import { Installation } from "./installation";

const RATE = 100;

beforeAll(() => buildWhenStale(console.log), 600_000);

test.concurrent("A gateway that takes half a minute to answer: everything is sent once, at the rate, and a stop waits for the answers", async (context) => {
  const it = await Installation.forTest(context, { timeoutMs: 45_000, connections: 500 });
  it.gateway.latencyMs = () => 30_000;
  // Every message needs a connection of its own, so only paced ones: hundreds that are opened at
  // once keep the listener from reading the others in time.
  const paced = await it.addOperator(RATE, 400);
  const first = await it.processes.startWorker();
  await it.addDispatch();
  await it.untilArrived(250);
  expect(await first.end("SIGTERM"), first.output()).toBe(0);
  expect((await it.tally()).sending ?? 0, "messages in flight after a stop").toBe(0);
  await it.processes.startWorker();
  await it.until(() => it.isCompleted(), "the dispatch is completed");
  await it.expectHonest();
  expect(await it.tally()).toEqual({ sent: 400 });
  await it.expectRateKept(paced, RATE);
});

/** As lib/domain/breaker.ts has it. */
const REFUSALS_THAT_OPEN = 20;

test.concurrent("A gateway that refuses one operator's messages: few are spent on asking and few are claimed, the lane says why, another operator's go out, and all is sent once it takes again", async (context) => {
  const it = await Installation.forTest(context);
  const people = 20_000;
  const others = 2_000;
  const refused = await it.addOperator(null, people);
  const other = await it.addOperator(null, others);
  await it.processes.startWorker();
  const web = await it.processes.startWeb();
  const client = new ApiClient(() => web.url);

  // Recipients are numbered as they were added.
  it.gateway.status = (recipientNo) => (recipientNo <= people ? 503 : 200);
  const refusals = () => it.gateway.arrivals.filter(({ status }) => status === 503).length;
  const claims = async () => {
    const [row] = await it.db.sql<{ messages: number; chunks: number }[]>`
      select (select count(*)::int from messages m where m.lane_no = l.no) as messages,
        (select count(*)::int from chunks c where c.lane_no = l.no) as chunks
      from lanes l where l.operator_no = ${refused}`;
    return row!;
  };
  const id = await client.create("refused");
  await it.until(
    async () => (await client.reasons(id)).includes("breaker"),
    "the lane says that the gateway refuses",
  );
  await it.until(() => it.areSentTo(other, others), "the other operator's messages are sent");
  const before = { refusals: refusals(), ...(await claims()) };
  await it.addDispatch({ operatorNo: other });
  await it.until(() => it.areSentTo(other, 2 * others), "another dispatch to them is sent");
  // The breaker asks again in growing intervals, one message at a time; to open it anew it would
  // have to be refused as often as the first time.
  const meanwhile = await claims();
  const asked = refusals() - before.refusals;
  expect(asked, "messages spent on asking while the breaker is open").toBeLessThan(REFUSALS_THAT_OPEN);
  // Each time a turn claims a chunk or two. A lane that took no notice would claim until thousands
  // wait, or the same ones again and again.
  expect(
    meanwhile.chunks - before.chunks,
    `chunks claimed while ${asked} messages were spent on asking`,
  ).toBeLessThanOrEqual(3 * (asked + 1));
  expect(meanwhile.messages, "messages claimed of those refused").toBeLessThan(people / 10);
  await it.until(async () => (await client.reasons(id)).includes("breaker"), "the gateway still refuses");

  it.gateway.status = () => 200;
  await it.until(() => it.isCompleted(), "the dispatches are completed");
  expect(await it.tally()).toEqual({ sent: people + 2 * others });
  expect(refusals(), "messages spent on asking").toBeLessThan(people / 20);
});
