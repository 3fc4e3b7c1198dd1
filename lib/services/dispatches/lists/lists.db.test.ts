import { afterAll, beforeAll, expect, test } from "vitest";
import { type Db, openDb } from "@/db/client";
import { createAudience } from "@/lib/services/audience/saved/create-audience";
import { updateAudience } from "@/lib/services/audience/saved/update-audience";
import { type Actor, type Context, systemActor } from "@/lib/services/context";
import { createDispatch } from "@/lib/services/dispatches/create-dispatch";
import { cloneDatabase } from "@/test/support/database";
import { getBoard } from "./get-board";
import { listAuthors } from "./list-authors";
import { listDispatches } from "./list-dispatches";

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let db: Db;
let ctx: Context;
const as = (name: string): Context => ({ ...ctx, actor: { ...(systemActor() as Actor), name } });

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDb(database.url);
  ctx = { db, now: () => new Date("2099-10-15T00:00:00Z"), actor: systemActor(), announce: async () => {} };
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

test("lists and the board's counts answer by period, tag, audience, author and text, of all there are", async () => {
  await db.sql`insert into tags (id, name) values (gen_random_uuid(), 'vip'), (gen_random_uuid(), 'new')`;
  const make = (name: string, message_text: string, start_datetime: string, more: object = {}) =>
    createDispatch(as(name), {
      timezone: "Europe/Moscow",
      start_datetime,
      end_datetime: "2099-12-31T20:00:00",
      message_text,
      ...more,
    });
  const saved = await createAudience(ctx, {
    name: "Loyal",
    expression: { tags: { all: ["vip"], none: ["new"] } },
  });
  // Half past midnight in Moscow is the day before in UTC.
  await make("anna@example.com", "night", "2099-11-01T00:30:00", { filter_tag: "vip" });
  await make("anna@example.com", "last", "2099-11-30T23:30:00", { audience: saved.id });
  await make("boris@example.com", "next", "2099-12-01T00:00:00", {
    audience: { tags: { none: ["vip"] } },
  });

  const found = async (query: Partial<Parameters<typeof listDispatches>[1]>) => {
    const { items } = await listDispatches(ctx, { limit: 50, sort: "start", ...query });
    const { counts } = await getBoard(ctx, { limit: 20, ...query });
    expect(counts.scheduled, JSON.stringify(query)).toBe(items.length);
    return items.map(({ messageText }) => messageText).join(" ");
  };
  const november = { from: "2099-11-01", to: "2099-11-30" };
  expect(await found({ ...november, timezone: "Europe/Moscow" })).toBe("night last");
  expect(await found(november)).toBe("last next");
  expect(await found({ from: "2099-12-01", timezone: "Europe/Moscow" })).toBe("next");
  expect(await found({ to: "2099-11-29", timezone: "Europe/Moscow" })).toBe("night");
  // Who leaves a tag out does not ask for it.
  expect(await found({ tag: "vip" })).toBe("night last");
  expect(await found({ tag: "nobody" })).toBe("");
  expect(await found({ audience: saved.id })).toBe("last");
  expect(await found({ author: "anna@example.com" })).toBe("night last");
  expect(await found({ author: "anna@example.com", tag: "vip", q: "AS" })).toBe("last");
  expect(await listAuthors(ctx)).toEqual(["anna@example.com", "boris@example.com"]);

  // What a saved audience asks for now is what is compared.
  await updateAudience(ctx, saved.id, { expression: { tags: { none: ["vip"] } } }, saved.version);
  expect(await found({ audience: saved.id })).toBe("next");
});
