import { afterAll, beforeAll, expect, test } from "vitest";
import { type Db, openDb } from "@/db/client";
import { recipientPutSchema } from "@/lib/contract/audience/recipient";
import { ForbiddenError } from "@/lib/domain/errors";
import { allRights } from "@/lib/domain/rights";
import { createOperator } from "@/lib/services/audience/create-operator";
import { createTag } from "@/lib/services/audience/create-tag";
import { putRecipient } from "@/lib/services/audience/put-recipient";
import { type Actor, type Context, systemActor } from "@/lib/services/context";
import { cloneDatabase } from "@/test/support/database";
import { createDispatch } from "./create-dispatch";
import { getDispatch } from "./get-dispatch";
import { openDispatch } from "./open-dispatch";
import { pauseDispatch } from "./pause-dispatch";
import { resumeDispatch } from "./resume-dispatch";
import { updateDispatch } from "./update-dispatch";

const PEOPLE = 10;
let database: Awaited<ReturnType<typeof cloneDatabase>>;
let db: Db;
let ctx: Context;
let some: string;

/** Ten people, three of whom carry a tag. */
beforeAll(async () => {
  database = await cloneDatabase();
  db = openDb(database.url);
  ctx = { db, now: () => new Date(), actor: systemActor("tester"), announce: async () => {} };
  await createOperator(ctx, {
    code: "alpha",
    name: "Alpha",
    rate_per_second: 10,
    prefixes: ["7916"],
    gateway: "default",
  });
  some = (await createTag(ctx, { name: "some" })).id;
  for (let i = 0; i < PEOPLE; i++)
    await putRecipient(
      ctx,
      `+7916000000${i}`,
      recipientPutSchema.parse({ operator: "alpha", tags: i < 3 ? ["some"] : [] }),
    );
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

let no = 0;
/** Somebody new with a ceiling. */
function capped(max: number | null): Context {
  const actor: Actor = {
    kind: "key",
    id: `key-${no++}`,
    name: "key",
    rights: allRights,
    dailyRecipientsMax: max,
  };
  return { ...ctx, actor };
}
const body = (filter: object = {}) => ({
  timezone: "UTC",
  start_datetime: new Date(Date.now() + 86_400_000).toISOString(),
  end_datetime: new Date(Date.now() + 90_000_000).toISOString(),
  message_text: "Hello",
  ...filter,
});
const create = (as: Context, filter: object = {}) => createDispatch(as, body(filter));
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => "accepted",
    (error) =>
      error instanceof ForbiddenError
        ? [error.code, error.params.asked, error.params.used, error.params.max]
        : error,
  );

test("Dispatches beyond the ceiling of a day are refused with the ceiling, what is used and when it starts anew", async () => {
  const as = capped(14);
  await create(as);
  expect(await refusal(create(as))).toEqual(["daily_recipients", 10, 10, 14]);
  await create(as, { filter_tag: some });
  const last = await create(as, { filter_tag: some }).catch((error) => error);
  const midnight = new Date();
  midnight.setUTCHours(24, 0, 0, 0);
  expect(last.params).toEqual({
    asked: 3,
    used: 13,
    max: 14,
    resets: midnight.toISOString().replace(".000", ""),
  });
  expect(await db.sql`select from dispatches where message_text = 'Hello'`).toHaveLength(2);
});

test("Many at once cannot exceed the ceiling together", async () => {
  const as = capped(35);
  const all = await Promise.all(Array.from({ length: 8 }, () => refusal(create(as))));
  expect(all.filter((one) => one === "accepted")).toHaveLength(3);
});

test("A repeat under one Idempotency-Key is counted once, and what is refused otherwise is not counted", async () => {
  const as = capped(10);
  await create(as, { filter_tag: some, message_text: "" }).catch(() => {});
  const request = body({ message_text: "Once" });
  for (let i = 0; i < 3; i++) await createDispatch(as, request, "same", ({ id }) => id);
  expect(await refusal(create(as, { filter_tag: some }))).toEqual(["daily_recipients", 3, 10, 10]);
});

test("A wider filter costs what it adds, so a narrow dispatch is no way around the ceiling", async () => {
  const as = capped(9);
  const { id } = await create(as, { filter_tag: some });
  expect(await refusal(updateDispatch(as, id, { filter_tag: null }, null))).toEqual([
    "daily_recipients",
    7,
    3,
    9,
  ]);
  await updateDispatch(as, id, { message_text: "Another text" }, null);
  await updateDispatch(
    { ...as, actor: { ...as.actor, dailyRecipientsMax: 10 } },
    id,
    { filter_tag: null },
    null,
  );
});

test("The next day begins at nothing, others have a count of their own, and without a ceiling nothing is counted", async () => {
  const as = capped(10);
  await create(as);
  await create(capped(10));
  await create(capped(null));
  expect(await refusal(create(as))).toEqual(["daily_recipients", 10, 10, 10]);
  await db.sql`update daily_spend set day = day - 1 where actor = ${`key:${as.actor.id}`}`;
  await create(as);
  expect(await db.sql`select from daily_spend where actor = ${`key:key-${no - 1}`}`).toHaveLength(0);
});

/** Its start comes, as the engine tells it. */
async function open(id: string): Promise<void> {
  await db.sql`update dispatches set start_at = clock_now() - interval '1 second' where id = ${id}`;
  await openDispatch(ctx, id, (await getDispatch(ctx, id)).version);
}
let tagNo = 0;
/** A tag of one's own, with the first `count` people. */
async function tagged(count: number): Promise<string> {
  const name = `grown ${tagNo++}`;
  await createTag(ctx, { name });
  await grow(name, 0, count);
  return name;
}
const grow = (name: string, from: number, to: number) =>
  db.sql`insert into recipient_tags (tag_no, recipient_no)
    select t.no, r.no from tags t, (select no, row_number() over (order by phone) as i from recipients) r
    where t.name = ${name} and r.i > ${from} and r.i <= ${to}`;
const lanesOpen = async (id: string) =>
  (await db.sql`select from lanes l join dispatches d on d.no = l.dispatch_no where d.id = ${id} and l.open`)
    .length;

test("Whoever moves into the filter before the start is counted at the start; beyond the ceiling nothing goes out, and it says why", async () => {
  const as = capped(9);
  const tag = await tagged(1);
  const { id } = await create(as, { filter_tag: tag });
  await grow(tag, 1, PEOPLE);
  await open(id);
  const held = await getDispatch(ctx, id);
  expect(held.status).toBe("paused");
  expect(held.waits).toMatchObject([{ code: "daily_limit", params: { asked: 9 } }]);
  expect(await lanesOpen(id)).toBe(0);
  expect(
    await db.sql`select actor, after from audit_log where subject_id = ${id} and action = 'dispatch.paused'`,
  ).toEqual([
    { actor: "system", after: { status: "paused", reason: "daily_limit", asked: 9, used: 1, max: 9 } },
  ]);
  // The engine may tell it again.
  await openDispatch(ctx, id, held.version);
  expect((await getDispatch(ctx, id)).status).toBe("paused");
  // To resume it is no way around: the resumer pays.
  expect(await refusal(resumeDispatch(as, id))).toEqual(["daily_recipients", 9, 1, 9]);
  expect(await refusal(resumeDispatch(capped(8), id))).toEqual(["daily_recipients", 9, 0, 8]);
  expect((await getDispatch(ctx, id)).status).toBe("paused");
  const other = capped(9);
  await resumeDispatch(other, id);
  expect((await getDispatch(ctx, id)).status).toBe("running");
  expect(await lanesOpen(id)).toBeGreaterThan(0);
  expect(await refusal(create(other, { filter_tag: some }))).toEqual(["daily_recipients", 3, 9, 9]);
});

test("What fits the ceiling at the start is counted and sent, and one without a ceiling resumes what does not", async () => {
  const as = capped(6);
  const [fits, grown] = [await tagged(1), await tagged(1)];
  const one = await create(as, { filter_tag: fits });
  const two = await create(as, { filter_tag: grown });
  await grow(fits, 1, 5);
  await grow(grown, 1, 5);
  await open(one.id);
  expect((await getDispatch(ctx, one.id)).status).toBe("running");
  await open(two.id);
  expect((await getDispatch(ctx, two.id)).status).toBe("paused");
  await resumeDispatch(ctx, two.id);
  expect((await getDispatch(ctx, two.id)).status).toBe("running");
});

test("A dispatch of somebody without a ceiling opens whatever its audience is by then", async () => {
  const tag = await tagged(1);
  const { id } = await create(ctx, { filter_tag: tag });
  await grow(tag, 1, PEOPLE);
  await open(id);
  expect((await getDispatch(ctx, id)).status).toBe("running");
});

test("An edit counts what has moved into the filter since, so no detour by a grown tag is free", async () => {
  const as = capped(8);
  const tag = await tagged(1);
  const { id } = await create(as, { filter_tag: tag });
  await grow(tag, 1, PEOPLE);
  expect(await refusal(updateDispatch(as, id, { filter_tag: null }, null))).toEqual([
    "daily_recipients",
    9,
    1,
    8,
  ]);
  // Narrower and wider again costs nothing twice.
  await updateDispatch(as, id, { filter_tag: some }, null);
  await updateDispatch(as, id, { filter_tag: await tagged(2) }, null);
  await updateDispatch(as, id, { filter_tag: some }, null);
  expect(await refusal(create(as, { filter_tag: await tagged(6) }))).toEqual(["daily_recipients", 6, 3, 8]);
});

test("A pause and a resume are no way to have people counted for nothing, nor for free", async () => {
  const as = capped(5);
  const tag = await tagged(2);
  const { id } = await create(as, { filter_tag: tag });
  await open(id);
  await pauseDispatch(as, id);
  await resumeDispatch(as, id);
  await grow(tag, 2, PEOPLE);
  await pauseDispatch(as, id);
  expect(await refusal(resumeDispatch(as, id))).toEqual(["daily_recipients", 8, 2, 5]);
});
