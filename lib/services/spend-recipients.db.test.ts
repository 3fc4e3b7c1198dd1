import { afterAll, beforeAll, expect, test } from "vitest";
import { type Db, openDb } from "@/db/client";
import { recipientPutSchema } from "@/lib/contract/recipient";
import { ForbiddenError } from "@/lib/domain/errors";
import { allRights } from "@/lib/domain/rights";
import { cloneDatabase } from "@/test/database";
import { type Actor, type Context, systemActor } from "./context";
import { createDispatch } from "./create-dispatch";
import { createOperator } from "./create-operator";
import { createTag } from "./create-tag";
import { putRecipient } from "./put-recipient";
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
  await createOperator(ctx, { code: "alpha", name: "Alpha", rate_per_second: 10, prefixes: ["7916"], gateway: "default" });
  some = (await createTag(ctx, { name: "some" })).id;
  for (let i = 0; i < PEOPLE; i++)
    await putRecipient(ctx, `+7916000000${i}`, recipientPutSchema.parse({ operator: "alpha", tags: i < 3 ? ["some"] : [] }));
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

let no = 0;
/** Somebody new with a ceiling. */
function capped(max: number | null): Context {
  const actor: Actor = { kind: "key", id: `key-${no++}`, name: "key", rights: allRights, dailyRecipientsMax: max };
  return { ...ctx, actor };
}
const body = (filter: object = {}) => ({
  timezone: "UTC",
  start_datetime: new Date(Date.now() + 86_400_000).toISOString(),
  end_datetime: new Date(Date.now() + 90_000_000).toISOString(),
  message_text: "Hello",
  ...filter,
});
const create = (as: Context, filter: object = {}, key: string | null = null) => createDispatch(as, body(filter), key, "en");
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => "accepted",
    (error) => (error instanceof ForbiddenError ? [error.code, error.params.asked, error.params.used, error.params.max] : error),
  );

test("Dispatches beyond the ceiling of a day are refused with the ceiling, what is used and when it starts anew", async () => {
  const as = capped(14);
  await create(as);
  expect(await refusal(create(as))).toEqual(["daily_recipients", 10, 10, 14]);
  await create(as, { filter_tag: some });
  const last = await create(as, { filter_tag: some }).catch((error) => error);
  const midnight = new Date();
  midnight.setUTCHours(24, 0, 0, 0);
  expect(last.params).toEqual({ asked: 3, used: 13, max: 14, resets: midnight.toISOString().replace(".000", "") });
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
  for (let i = 0; i < 3; i++) await createDispatch(as, request, "same", "en");
  expect(await refusal(create(as, { filter_tag: some }))).toEqual(["daily_recipients", 3, 10, 10]);
});

test("A wider filter costs what it adds, so a narrow dispatch is no way around the ceiling", async () => {
  const as = capped(9);
  const { id } = await create(as, { filter_tag: some });
  expect(await refusal(updateDispatch(as, id, { filter_tag: null }, null, "en"))).toEqual(["daily_recipients", 7, 3, 9]);
  await updateDispatch(as, id, { message_text: "Another text" }, null, "en");
  await updateDispatch({ ...as, actor: { ...as.actor, dailyRecipientsMax: 10 } }, id, { filter_tag: null }, null, "en");
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
