import { afterEach, beforeEach, expect, test } from "vitest";
import { listLoad } from "@/db/dispatches/load";
import { ForbiddenError, ValidationError } from "@/lib/domain/errors";
import { allRights, rightsOfRole } from "@/lib/domain/rights";
import { takeTurn } from "@/lib/services/sending/take-turn";
import { expectCountersExact } from "@/test/support/sending-oracle";
import { World } from "@/test/support/world";
import { explainMessage } from "./explain-message";
import { listDispatches } from "./lists/list-dispatches";
import { sendTest } from "./send-test";

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(() => world.close());

const phoneOf = async (no: number) =>
  (await world.sql<{ phone: string }[]>`select phone from recipients where no = ${no}`)[0]!.phone;
const noOf = async (id: string) =>
  (await world.sql<{ no: number }[]>`select no from dispatches where id = ${id}`)[0]!.no;
const codesOf = (promise: Promise<unknown>) =>
  promise.then(
    () => [],
    (error) => {
      if (!(error instanceof ValidationError)) throw error;
      return error.errors.map(({ pointer, code }) => `${pointer} ${code}`);
    },
  );

test("A test goes to its one recipient, whoever else there is and whoever moves meanwhile", async () => {
  const [a, b] = [await world.addOperator(100), await world.addOperator(null)];
  const others = await world.addRecipients(b, 3);
  const [, own] = await world.addRecipients(a, 3);
  const ctx = { ...world.web(), now: () => new Date(Date.now() - 1000) };
  const sent = await sendTest(ctx, { phone: await phoneOf(own!), message_text: "On my phone" });
  const dispatch = { id: sent.id, no: await noOf(sent.id) };
  // Those who change operator now would be caught up with by an ordinary dispatch.
  await world.sql`update recipients set operator_no = ${a}, operator_changed_at = clock_now() where no = any(${others}::bigint[])`;
  await world.run(world.process(), dispatch);
  expect(await world.statusOf(dispatch)).toBe("completed");
  expect(world.gateway.log.map(({ recipientNo }) => recipientNo)).toEqual([own]);
  const [row] = await world.sql`select audience::int from dispatches where no = ${dispatch.no}`;
  expect(row).toEqual({ audience: 1 });
  await expectCountersExact(world.sql);
});

test("Lists and forecasts know nothing of tests", async () => {
  const a = await world.addOperator(1);
  const [own] = await world.addRecipients(a, 1000);
  const ctx = { ...world.web(), now: () => new Date() };
  await sendTest(ctx, { phone: await phoneOf(own!), message_text: "Hello" });
  expect((await listDispatches(ctx, { limit: 50 })).items).toEqual([]);
  expect(await listLoad(ctx.db.sql, null, null)).toEqual([]);
});

test("A number that is no recipient's, or theirs who has opted out, is told at its field, and nothing is made", async () => {
  const a = await world.addOperator(null);
  const [own, gone] = await world.addRecipients(a, 2);
  await world.sql`update recipients set opted_out_at = clock_now() where no = ${own!}`;
  await world.sql`update recipients set deleted_at = clock_now() where no = ${gone!}`;
  const ctx = { ...world.web(), now: () => new Date() };
  const attempt = (phone: string) => codesOf(sendTest(ctx, { phone, message_text: "Hello" }));
  expect(await attempt("+79991112233")).toEqual(["/phone unknown_recipient"]);
  expect(await attempt(await phoneOf(gone!))).toEqual(["/phone unknown_recipient"]);
  expect(await attempt(await phoneOf(own!))).toEqual(["/phone opted_out"]);
  expect(await world.sql`select from dispatches`).toHaveLength(0);
});

const two = ["default", "backup"].map((name) => ({ name, kind: "http", senders: ["Shop"] }) as const);
const gateways = { all: two, of: (name: string) => two.find((gateway) => gateway.name === name) };

test.each([
  [{ kind: "accepted" }, false, { sent: 1 }, null],
  [{ kind: "deferred", code: "http_503" }, false, { failed: 1 }, "http_503"],
  [{ kind: "misconfigured", code: "http_401" }, false, { failed: 1 }, "http_401"],
  [{ kind: "rejected", code: "http_400" }, false, { failed: 1 }, "http_400"],
  [{ kind: "unknown", code: "timeout" }, true, { unknown: 1 }, "timeout"],
] as const)(
  "A test of a gateway goes through that gateway in a slot of the operator's, and what it says the one time stands: %o",
  async (outcome, idempotent, tally, error) => {
    world.gateway.idempotent = idempotent;
    world.gateway.respond = () => outcome;
    const [own] = await world.addRecipients(await world.addOperator(2), 1);
    const ctx = { ...world.web(), now: () => new Date(Date.now() - 1000), gateways };
    const { id } = await sendTest(ctx, {
      phone: await phoneOf(own!),
      message_text: "Are you there?",
      gateway: "backup",
    });
    const dispatch = { id, no: await noOf(id) };
    const process = world.process();
    const asked = new Set<string>();
    const { gatewayOf } = process.ctx;
    process.ctx.gatewayOf = (name) => {
      asked.add(name);
      return gatewayOf(name);
    };
    await world.run(process, dispatch);
    expect([...asked]).toEqual(["backup"]);
    expect(world.gateway.log).toHaveLength(1);
    expect(await world.tally(dispatch)).toEqual(tally);
    expect(await world.statusOf(dispatch)).toBe("completed");
    expect(await world.sql`select error, attempts from messages`).toEqual([{ error, attempts: 1 }]);
    expect(await world.sql`select gateway from chunks`).toEqual([{ gateway: "backup" }]);
    expect(
      await world.sql`select next_slot_at > clock_now() - interval '1 minute' as reserved from operators`,
    ).toEqual([{ reserved: true }]);
    await expectCountersExact(world.sql);
  },
);

test("A test of a gateway that died with its process stays unknown, also where the gateway takes a repeat", async () => {
  world.gateway.idempotent = true;
  const [own] = await world.addRecipients(await world.addOperator(null), 1);
  const ctx = { ...world.web(), now: () => new Date(Date.now() - 1000), gateways };
  const { id } = await sendTest(ctx, {
    phone: await phoneOf(own!),
    message_text: "Hello",
    gateway: "default",
  });
  const dispatch = { id, no: await noOf(id) };
  const process = world.process();
  world.gateway.respond = () => new Promise(() => {});
  const [lane] = await world.openIt(process, dispatch);
  void world.runLane(process, lane!.lane).catch(() => {});
  await world.gateway.until(1);
  await process.kill();
  world.gateway.respond = () => ({ kind: "accepted" });
  await world.jump(120_000, { atRest: true });
  await world.sweep(world.process());
  expect(await world.tally(dispatch)).toEqual({ unknown: 1 });
  expect(world.gateway.log).toHaveLength(1);
});

test("What is known of a message's attempts is told while it waits for the next, and after that", async () => {
  world.gateway.respond = (_, nth) =>
    nth === 1 ? { kind: "deferred", code: "http_503" } : { kind: "accepted" };
  const [own] = await world.addRecipients(await world.addOperator(null), 1);
  const ctx = { ...world.web(), now: () => new Date(Date.now() - 1000) };
  const phone = await phoneOf(own!);
  const { id } = await sendTest(ctx, { phone, message_text: "Hello" });
  const process = world.process();
  const [lane] = await world.openIt(process, { id, no: await noOf(id) });
  await takeTurn(process.ctx, lane!.lane, 2_000);
  await process.quiet();
  const waiting = await explainMessage(ctx, id, phone);
  expect(waiting.message).toMatchObject({ status: "deferred", attempts: 0, error: "http_503" });
  expect(waiting.attempts).toEqual({
    gateway: "default",
    lastAt: expect.any(String),
    nextAt: expect.any(String),
    postponed: 1,
    earlier: [{ no: 1, gateway: "default", error: "http_503", at: expect.any(String) }],
  });
  await world.jump(120_000, { atRest: true });
  await world.runLane(process, lane!.lane);
  await process.quiet();
  const { message, attempts } = await explainMessage(ctx, id, phone);
  expect(message).toMatchObject({ status: "sent", attempts: 1, claimedAt: waiting.message!.claimedAt });
  expect(attempts).toMatchObject({ gateway: "default", nextAt: null, postponed: 0 });
  expect(Date.parse(attempts!.lastAt!)).toBeGreaterThan(Date.parse(waiting.attempts!.lastAt!));
});

test("Who may not change operators chooses no gateway, and a gateway that is not there is told at its field", async () => {
  const [own] = await world.addRecipients(await world.addOperator(null), 1);
  const ctx = { ...world.web(), now: () => new Date(), gateways };
  const input = { phone: await phoneOf(own!), message_text: "Hello", gateway: "nowhere" };
  expect(await codesOf(sendTest(ctx, input))).toEqual(["/gateway unknown_gateway"]);
  const backup = { ...input, gateway: "backup" };
  expect(await codesOf(sendTest(ctx, { ...backup, sender: "Bank" }))).toEqual(["/sender unknown_sender"]);
  const actor = { ...ctx.actor, rights: rightsOfRole("marketer") };
  await expect(sendTest({ ...ctx, actor }, backup)).rejects.toBeInstanceOf(ForbiddenError);
  expect(await world.sql`select from dispatches`).toHaveLength(0);
  const { id } = await sendTest(ctx, { ...backup, sender: "Shop" });
  const entries =
    await world.sql`select after from audit_log where action = 'dispatch.test' and subject_id = ${id}`;
  expect(entries).toEqual([{ after: { phone: input.phone, message_text: "Hello", gateway: "backup" } }]);
});

test("A number without a country code is one of the installation's country", async () => {
  const operatorNo = await world.addOperator(null);
  await world.sql`insert into recipients (phone, operator_no) values ('+447400123456', ${operatorNo})`;
  const ctx = { ...world.web(), now: () => new Date(), country: "GB" as const };
  await sendTest(ctx, { phone: "07400 123456", message_text: "Hello" });
  expect(await world.sql`select from dispatches`).toHaveLength(1);
  expect(await codesOf(sendTest(ctx, { phone: "8 916", message_text: "Hello" }))).toEqual(["/phone phone"]);
});

test("A test counts against a ceiling of recipients a day", async () => {
  const a = await world.addOperator(null);
  const [own] = await world.addRecipients(a, 1);
  const actor = { kind: "key", id: "k", name: "key", rights: allRights, dailyRecipientsMax: 1 } as const;
  const ctx = { ...world.web(), now: () => new Date(), actor };
  const phone = await phoneOf(own!);
  await sendTest(ctx, { phone, message_text: "Hello" });
  await expect(sendTest(ctx, { phone, message_text: "Hello" })).rejects.toBeInstanceOf(ForbiddenError);
});
