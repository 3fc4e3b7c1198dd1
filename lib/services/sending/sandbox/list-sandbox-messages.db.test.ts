import { afterAll, beforeAll, expect, test } from "vitest";
import { type Db, openDb } from "@/db/client";
import { sandboxMessageSchema } from "@/lib/contract/sending/sandbox";
import { ValidationError } from "@/lib/domain/errors";
import { presentSandboxMessages } from "@/lib/http/present/sending";
import { type Context, systemActor } from "@/lib/services/context";
import { createDispatch } from "@/lib/services/dispatches/create-dispatch";
import { cloneDatabase } from "@/test/support/database";
import { listSandboxMessages } from "./list-sandbox-messages";

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let db: Db;
let ctx: Context;

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDb(database.url);
  ctx = { db, now: () => new Date(), actor: systemActor("tester"), announce: async () => {} };
  await db.sql`insert into operators (id, code, name) values (gen_random_uuid(), 'mts', 'MTS')`;
  await db.sql`insert into recipients (phone, operator_no) select '+7916000000' || i, (select no from operators) from generate_series(1, 2) i`;
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

/** A message of a new dispatch that has opened. */
async function message(
  text: string,
  { phone = "+79160000001", status = "delivered", minute = 0 as number | null } = {},
): Promise<void> {
  const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const window = { timezone: "Europe/Moscow", start_datetime: `${day}T12:00`, end_datetime: `${day}T20:00` };
  await createDispatch(ctx, { ...window, message_text: text });
  const settledAt = minute === null ? null : new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString();
  await db.sql`update dispatches set started_at = now() where message_text = ${text}`;
  await db.sql`
    insert into messages (id, lane_no, phone, status, claimed_at, settled_at)
    select (d.no::bigint << 32) | r.no, 1, r.phone, ${status}, now(), ${settledAt}::timestamptz
    from dispatches d, recipients r where d.message_text = ${text} and r.phone = ${phone}`;
}

test("a phone shows what reached it, newest first, and nothing that did not or that is another's", async () => {
  await message("second", { minute: 2 });
  await message("first", { minute: 1, status: "sent" });
  await message("third", { minute: 3 });
  for (const status of ["sending", "deferred", "failed", "undelivered", "unknown"])
    await message(status, { status });
  await message("of somebody else", { phone: "+79160000002" });
  const { phone, items } = presentSandboxMessages(await listSandboxMessages(ctx, "8 (916) 000-00-01"));
  expect(phone).toBe("+79160000001");
  expect(items.map(({ text, status }) => `${text} ${status}`)).toEqual([
    "third delivered",
    "second delivered",
    "first sent",
  ]);
  expect(sandboxMessageSchema.parse(items[0]).settled_at).toBe("2026-01-01T12:03:00.000Z");
});

test("a number that nobody has is a phone without messages, and what is no number is refused", async () => {
  expect((await listSandboxMessages(ctx, "+79169999999")).items).toEqual([]);
  await expect(listSandboxMessages(ctx, "hello")).rejects.toThrow(ValidationError);
});
