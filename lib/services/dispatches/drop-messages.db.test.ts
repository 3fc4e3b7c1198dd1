import { afterEach, beforeEach, expect, test } from "vitest";
import { takeInbound } from "@/lib/services/audience/take-inbound";
import { recordReceipts } from "@/lib/services/sending/record-receipts";
import { World } from "@/test/support/world";
import { dropMessages } from "./drop-messages";
import { explainMessage } from "./explain-message";
import { getDispatch } from "./get-dispatch";
import { getTimeline } from "./get-timeline";
import { listMessages } from "./list-messages";

const DAY_MS = 86_400_000;
let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(() => world.close());

const count = async (table: string) =>
  (await world.sql.unsafe(`select count(*)::int as n from ${table}`))[0]!.n as number;
const drop = (rowsMax = 100_000) => dropMessages(world.web(), { days: 30, rowsMax });
/** Everybody gets it but every tenth, whom the gateway refuses. */
async function send(people = 600) {
  const operator = await world.addOperator(null);
  await world.addRecipients(operator, people);
  world.gateway.respond = ({ recipientNo }) =>
    recipientNo % 10 === 0 ? { kind: "rejected", code: "unknown_subscriber" } : { kind: "accepted" };
  const dispatch = await world.addDispatch({ operatorNo: operator });
  await world.run(world.process(), dispatch);
  return dispatch;
}

test("Of a dispatch that was over long ago the messages go and the counters stay", async () => {
  const { id } = await send();
  const ctx = world.web();
  const receipts = world.gateway.log.map(({ id }) => ({ id, status: "delivered" as const, error: null }));
  await recordReceipts(ctx, null, receipts.slice(0, 300));
  const before = await getDispatch(ctx, id);
  expect(before.progress).toMatchObject({ audience: 600, sent: 270, delivered: 270, failed: 60 });
  expect((await getTimeline(ctx, id)).delivered).toMatchObject([{ total: 270 }]);
  await world.jump(31 * DAY_MS);
  expect(await drop()).toMatchObject({ more: false });
  for (const table of ["messages", "failures", "chunks", "lane_receipts"])
    expect(await count(table), table).toBe(0);
  const after = await getDispatch(ctx, id);
  expect(after.progress).toEqual(before.progress);
  expect((await getTimeline(ctx, id)).delivered).toEqual([]);
  expect(after.messagesDroppedAt).not.toBeNull();
  expect((await listMessages(ctx, id, { limit: 50 })).items).toEqual([]);
  expect((await explainMessage(ctx, id, "+79000000001")).code).toBe("messages_dropped");
  expect(
    (await world.sql`select actor from audit_log where action = 'dispatch.messages_dropped'`).length,
  ).toBe(1);
  // There is nothing to do twice.
  expect(await drop()).toEqual({ rows: 0, more: false });
});

test("What people answered long ago goes, and who has opted out by it stays out", async () => {
  await world.addRecipients(await world.addOperator(null), 1);
  const says = (id: number, text: string) =>
    takeInbound(world.web(), "default", [{ id, from: "+79000000001", text }]);
  await says(1, "STOP");
  await world.jump(20 * DAY_MS);
  await says(2, "hello");
  await world.jump(11 * DAY_MS);
  expect(await drop()).toEqual({ rows: 1, more: false });
  expect(await world.sql`select body from inbound_messages`).toEqual([{ body: "hello" }]);
  expect(await count("suppressions")).toBe(1);
  expect(await count("recipients where opted_out_at is not null")).toBe(1);
});

test("What is younger, runs still, or has a window that is open keeps its messages", async () => {
  const old = await send(20);
  const [operator] = [await world.addOperator(null)];
  await world.addRecipients(operator, 20);
  const open = await world.addDispatch({ operatorNo: operator, endInMs: 60 * DAY_MS });
  await world.run(world.process(), open);
  await world.jump(29 * DAY_MS);
  await drop();
  expect(await count("messages")).toBe(40);
  await world.jump(2 * DAY_MS);
  await drop();
  expect(await world.tally(old)).toEqual({});
  expect(await world.tally(open)).toEqual({ sent: 18, failed: 2 });
});

test("It may be cut off anywhere, and goes on where it was", async () => {
  const { id } = await send(600);
  const before = (await getDispatch(world.web(), id)).progress;
  await world.jump(31 * DAY_MS);
  expect((await drop(1)).more).toBe(true);
  expect((await getDispatch(world.web(), id)).progress).toEqual(before);
  for (let i = 0; i < 10 && (await drop(1)).more; i++);
  expect(await count("messages")).toBe(0);
  expect(await count("chunks")).toBe(0);
  expect((await getDispatch(world.web(), id)).progress).toEqual(before);
});
