import { afterAll, beforeAll, expect, test } from "vitest";
import { type Db, openDb } from "@/db/client";
import { allRights } from "@/lib/domain/rights";
import { type Actor, anonymousActor, type Context } from "@/lib/services/context";
import { cloneDatabase } from "@/test/support/database";
import { createRequestLimit } from "./limit-requests";

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let db: Db;
beforeAll(async () => {
  database = await cloneDatabase();
  db = openDb(database.url);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const as = (actor: Actor): Context => ({ db, now: () => new Date(), actor, announce: async () => {} });
const key = (id: string) => as({ kind: "key", id, name: "key", rights: allRights, dailyRecipientsMax: null });

test("A key may make so many requests a minute in all web processes together, however many come at once", async () => {
  const [one, other] = [createRequestLimit(db.sql, 10), createRequestLimit(db.sql, 10)];
  const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => (i % 2 ? one : other)(key("a"))));
  expect(answers.filter((answer) => answer?.isAllowed)).toHaveLength(10);
  const refused = answers.find((answer) => !answer?.isAllowed)!;
  expect(refused).toMatchObject({ limit: 10, windowS: 60, remaining: 0 });
  expect(refused.resetS).toBeGreaterThan(0);
  expect(refused.resetS).toBeLessThanOrEqual(60);
});

test("Each key has its own count, and whoever has no key has none", async () => {
  const count = createRequestLimit(db.sql, 2);
  await count(key("b"));
  expect(await count(key("b"))).toMatchObject({ isAllowed: true, remaining: 0 });
  expect(await count(key("c"))).toMatchObject({ isAllowed: true, remaining: 1 });
  for (let i = 0; i < 5; i++) expect(await count(as(anonymousActor(true)))).toBeNull();
});

test("When its minute is over a key may go on", async () => {
  const count = createRequestLimit(db.sql, 1);
  await count(key("d"));
  expect(await count(key("d"))).toMatchObject({ isAllowed: false });
  await db.sql`update request_limits set expire = 1 where key = 'key:d'`;
  // What one process remembers of the refusal ends with the minute; another asks the database at
  // once.
  expect(await createRequestLimit(db.sql, 1)(key("d"))).toMatchObject({ isAllowed: true });
});
