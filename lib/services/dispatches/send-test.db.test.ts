import { afterEach, beforeEach, expect, test } from "vitest";
import { listLoad } from "@/db/dispatches/load";
import { ForbiddenError, ValidationError } from "@/lib/domain/errors";
import { allRights } from "@/lib/domain/rights";
import { expectCountersExact } from "@/test/support/sending-oracle";
import { World } from "@/test/support/world";
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

test("A test counts against a ceiling of recipients a day", async () => {
  const a = await world.addOperator(null);
  const [own] = await world.addRecipients(a, 1);
  const actor = { kind: "key", id: "k", name: "key", rights: allRights, dailyRecipientsMax: 1 } as const;
  const ctx = { ...world.web(), now: () => new Date(), actor };
  const phone = await phoneOf(own!);
  await sendTest(ctx, { phone, message_text: "Hello" });
  await expect(sendTest(ctx, { phone, message_text: "Hello" })).rejects.toBeInstanceOf(ForbiddenError);
});
