import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import type { Outcome } from "@/lib/gateways/gateway";
import { twilioGateway } from "@/lib/gateways/twilio";
import { getDispatch } from "@/lib/services/dispatches/get-dispatch";
import { retryFailed } from "@/lib/services/dispatches/retry-failed";
import { serveHttp } from "@/test/support/http-server";
import { expectCountersExact } from "@/test/support/sending-oracle";
import { type Process, World } from "@/test/support/world";
import { recordReceipts } from "./record-receipts";
import { takeTurn } from "./take-turn";

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(async () => {
  await expectCountersExact(world.sql);
  await world.close();
});

interface Twilio {
  process: Process;
  /** The fields of each request, in the order they came. */
  requests: URLSearchParams[];
  /** A code of its dictionary refuses the message, null takes it. */
  answer: (form: URLSearchParams, nth: number) => number | null;
}

/** A process whose gateway is Twilio's, before a server that speaks as Twilio does. */
async function withTwilio(answer: Twilio["answer"]): Promise<Twilio> {
  const twilio: Twilio = { process: world.process(), requests: [], answer };
  const port = await serveHttp((_, response, body) => {
    const form = new URLSearchParams(body);
    twilio.requests.push(form);
    const code = twilio.answer(form, twilio.requests.length);
    const status = code === null ? 201 : code === 20429 ? 429 : 400;
    response
      .writeHead(status, { "content-type": "application/json" })
      .end(JSON.stringify(code === null ? { sid: "SM1" } : { code, status }));
  });
  const gateway = twilioGateway({
    name: "twilio",
    url: `http://127.0.0.1:${port}`,
    accountSid: `AC${"0".repeat(32)}`,
    authToken: "0123456789abcdef0123",
    sender: "+15550001111",
    callbackUrl: "http://127.0.0.1:3000/api/v1/receipts/default/",
    connectionsMax: 64,
    timeoutMs: 10_000,
  });
  onTestFinished(() => gateway.close());
  twilio.process.ctx.gatewayOf = () => gateway;
  return twilio;
}

/**
 * Takes turns until the lane waits for the gateway, and then so many more, one each time that the
 * wait is over.
 */
async function takeTurns(process: Process, lane: number, more: number): Promise<void> {
  for (let waits = 0; waits <= more; ) {
    const turn = await takeTurn(process.ctx, lane, 2_000);
    await process.quiet();
    if (turn.next !== "later") continue;
    if (++waits <= more)
      await world.jump(Math.max(0, Date.parse(turn.at) - (await world.databaseNowMs())) + 1);
  }
}

test.each([21609, 21608, 21408, 21704, 30034])(
  "Twilio's refusal of what we set up (%i) costs nobody the message: everybody waits, and goes out once it is mended",
  async (code) => {
    await world.addRecipients(await world.addOperator(null), 2_000);
    const dispatch = await world.addDispatch();
    const twilio = await withTwilio(() => code);
    const [lane] = await world.openIt(twilio.process, dispatch);
    await takeTurns(twilio.process, lane!.lane, 3);
    expect(twilio.requests.length, "what was in flight, and one at a time after it").toBeLessThan(200);
    expect(await world.tally(dispatch)).not.toHaveProperty("failed");
    const { waits } = await getDispatch(world.web(), dispatch.id);
    expect(waits).toMatchObject([{ code: "breaker" }]);
    const [row] = await world.sql<{ reason: string }[]>`select wait_reason as reason from lanes`;
    expect(row!.reason).toBe(`gateway: twilio_${code}`);
    twilio.answer = () => null;
    await world.jump(61_000);
    await world.runLane(twilio.process, lane!.lane);
    await world.runAnnounced(twilio.process);
    expect(await world.tally(dispatch)).toEqual({ sent: 2_000 });
  },
);

test.each([
  ["without a rate", null],
  ["with one", 200],
])(
  "A code that nobody knows, of an operator %s: after twenty alike everybody waits, those refused so far among them",
  async (_, rate) => {
    await world.addRecipients(await world.addOperator(rate), 600);
    const dispatch = await world.addDispatch();
    const twilio = await withTwilio(() => 21999);
    const [lane] = await world.openIt(twilio.process, dispatch);
    await takeTurns(twilio.process, lane!.lane, 2);
    const { failed = 0 } = await world.tally(dispatch);
    expect(failed).toBeLessThan(20);
    twilio.answer = () => null;
    await world.jump(61_000);
    await world.runLane(twilio.process, lane!.lane);
    await world.runAnnounced(twilio.process);
    expect(await world.tally(dispatch)).toEqual({ sent: 600 - failed, ...(failed > 0 && { failed }) });
  },
);

test("Bad numbers among good ones fail alone, however many follow each other; a country that is not enabled among enabled ones, too", async () => {
  await world.addRecipients(await world.addOperator(null), 300);
  const dispatch = await world.addDispatch();
  const of = (form: URLSearchParams) => Number(form.get("To")!.slice(-4));
  const twilio = await withTwilio((form) => (of(form) > 200 ? 21211 : of(form) % 20 === 0 ? 21408 : null));
  await world.run(twilio.process, dispatch);
  expect(await world.tally(dispatch)).toEqual({ failed: 110, sent: 190 });
  expect(await world.statusOf(dispatch)).toBe("completed");
  const answer = await retryFailed(twilio.process.ctx, dispatch.id);
  expect(answer).toEqual({ retried: 10, left: [{ code: "twilio_21211", count: 100, fault: "number" }] });
  twilio.answer = () => null;
  await world.runAnnounced(twilio.process);
  expect(await world.tally(dispatch)).toEqual({ failed: 100, sent: 200 });
});

test("retry-failed takes what failed by the gateway's or our fault, and says what it leaves, and why", async () => {
  const codes = ["http_429", "twilio_20429", "unreachable", "twilio_21609", "twilio_21608", "http_401"];
  const left = { twilio_21614: "number", twilio_21610: "opted_out", http_422: "message" } as const;
  const all = [...codes, ...Object.keys(left)];
  await world.addRecipients(await world.addOperator(null), all.length * 3);
  const dispatch = await world.addDispatch();
  const process = world.process();
  const codeOf = (no: number) => all[no % all.length]!;
  // As they failed before what is put off waited.
  world.gateway.respond = ({ recipientNo }): Outcome => ({ kind: "rejected", code: codeOf(recipientNo) });
  await world.run(process, dispatch);
  expect(await world.tally(dispatch)).toEqual({ failed: all.length * 3 });
  expect(await retryFailed(process.ctx, dispatch.id)).toEqual({
    retried: codes.length * 3,
    left: expect.arrayContaining(Object.entries(left).map(([code, fault]) => ({ code, count: 3, fault }))),
  });
  world.gateway.respond = () => ({ kind: "accepted" });
  await world.runAnnounced(process);
  expect(await world.tally(dispatch)).toEqual({ failed: 9, sent: codes.length * 3 });
});

test("Whoever told the operator to stop is opted out with the refusal, or with the report of it, and is in no later dispatch", async () => {
  const nos = await world.addRecipients(await world.addOperator(null), 5);
  const twilio = await withTwilio((form) => (form.get("To")!.endsWith("1") ? 21610 : null));
  const first = await world.addDispatch();
  await world.run(twilio.process, first);
  expect(await world.tally(first)).toEqual({ failed: 1, sent: 4 });
  // A messaging service takes the message, and reports the refusal later.
  const id = (no: number) => ((BigInt(first.no) << 32n) | BigInt(no)).toString();
  const refusal = { id: id(nos[1]!), status: "undelivered" as const, error: "twilio_21610" };
  for (const receipts of [[refusal], [refusal, { ...refusal, id: id(nos[2]!), error: "twilio_30003" }]])
    await recordReceipts(world.web(), null, receipts);
  // Final already: what comes after it opts nobody out.
  await recordReceipts(world.web(), null, [{ ...refusal, id: id(nos[2]!) }]);
  const out = await world.sql`select no::int from recipients where opted_out_at is not null order by no`;
  expect(out.map(({ no }) => no)).toEqual(nos.slice(0, 2));
  const audit =
    await world.sql`select subject_id, actor, after from audit_log where action = 'recipient.opted_out' order by no`;
  expect([...audit]).toEqual(
    nos.slice(0, 2).map((no, i) => ({
      subject_id: `+7900000000${i + 1}`,
      actor: "system",
      after: { opted_out_at: expect.any(String), reason: "refused_by_operator", message: id(no) },
    })),
  );
  const asked = twilio.requests.length;
  const second = await world.addDispatch();
  await world.run(twilio.process, second);
  expect(await world.tally(second)).toEqual({ sent: 3 });
  expect(twilio.requests.slice(asked).map((form) => form.get("To")!.at(-1))).not.toContain("1");
});
