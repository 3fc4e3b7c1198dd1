import { afterAll, beforeAll, expect, test } from "vitest";
import { type Db, openDb } from "@/db/client";
import { auditQuerySchema } from "@/lib/contract/access/audit";
import { createTag } from "@/lib/services/audience/create-tag";
import { updateTag } from "@/lib/services/audience/update-tag";
import { type Context, systemActor } from "@/lib/services/context";
import { cloneDatabase } from "@/test/support/database";
import { listAudit } from "./list-audit";

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let db: Db;
let ctx: Context;
beforeAll(async () => {
  database = await cloneDatabase();
  db = openDb(database.url);
  ctx = { db, now: () => new Date(), actor: systemActor("ann@example.com"), announce: async () => {} };
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const list = (query: Record<string, unknown> = {}) => listAudit(ctx, auditQuerySchema.parse(query));

test("every change is told with who did it and what was there before, newest first and page by page", async () => {
  const tag = await createTag(ctx, { name: "first" });
  await updateTag(ctx, tag.id, { name: "second" });
  await createTag({ ...ctx, actor: systemActor("bob@example.com") }, { name: "other" });
  const { items } = await list();
  expect(items.map(({ actor, action }) => `${actor} ${action}`)).toEqual([
    "bob@example.com tag.created",
    "ann@example.com tag.updated",
    "ann@example.com tag.created",
  ]);
  expect(items[1]).toMatchObject({ subject_type: "tag", subject_id: tag.id, before: { name: "first" }, after: { name: "second" } });
  expect((await list({ actor: "bob@example.com" })).items).toHaveLength(1);
  expect((await list({ action: "tag.upd" })).items).toHaveLength(1);
  expect((await list({ action: "tag_created" })).items).toHaveLength(0);
  expect((await list({ subject: tag.id })).items).toHaveLength(2);
  const page = await list({ limit: 2 });
  const rest = await list({ limit: 2, cursor: page.nextCursor });
  expect([...page.items, ...rest.items]).toEqual(items);
  expect(rest.nextCursor).toBeNull();
});

test.each([
  ["update", "update audit_log set actor = 'nobody'"],
  ["delete", "delete from audit_log"],
  ["truncate", "truncate audit_log"],
])("nobody can %s what the audit log says", async (_, statement) => {
  await expect(db.sql.unsafe(statement)).rejects.toThrow("append-only");
});
