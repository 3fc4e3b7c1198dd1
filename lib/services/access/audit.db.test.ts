import { afterAll, beforeAll, expect, test } from "vitest";
import { type Db, openDb } from "@/db/client";
import { auditQuerySchema } from "@/lib/contract/access/audit";
import { createTag } from "@/lib/services/audience/create-tag";
import { updateTag } from "@/lib/services/audience/update-tag";
import { type Context, systemActor } from "@/lib/services/context";
import { cloneDatabase } from "@/test/support/database";
import { createApiKey } from "./create-api-key";
import { createInvitation } from "./create-invitation";
import { listAudit } from "./list-audit";
import { withdrawInvitation } from "./withdraw-invitation";

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
  expect(items[1]).toMatchObject({
    subjectType: "tag",
    subjectId: tag.id,
    before: { name: "first" },
    after: { name: "second" },
  });
  expect((await list({ actor: "bob@example.com" })).items).toHaveLength(1);
  expect((await list({ action: "tag.upd" })).items).toHaveLength(1);
  expect((await list({ action: "tag_created" })).items).toHaveLength(0);
  expect((await list({ subject: tag.id })).items).toHaveLength(2);
  const page = await list({ limit: 2 });
  const rest = await list({ limit: 2, cursor: page.nextCursor });
  expect([...page.items, ...rest.items]).toEqual(items);
  expect(rest.nextCursor).toBeNull();
});

test("What the audit log keeps of keys and links looks as it always did, whatever services call it", async () => {
  const key = await createApiKey(ctx, {
    name: "shop",
    scopes: ["read"],
    expires_at: "2999-01-01T03:00:00+03:00",
    daily_recipients: 5,
  });
  const link = await createInvitation(ctx, { role: "viewer", email: "new@example.com" });
  await withdrawInvitation(ctx, link.id);
  const [made, invited, withdrawn] = await db.sql`
    select before, after from audit_log where subject_id in (${key.id}, ${link.id}) order by no`;
  const by = { created_by: "ann@example.com" };
  const toldOfKey = {
    id: key.id,
    name: "shop",
    prefix: key.prefix,
    scopes: ["read"],
    daily_recipients: 5,
    ...by,
  };
  const instants = {
    created_at: key.createdAt.toISOString(),
    expires_at: "2999-01-01T00:00:00.000Z",
    last_used_at: null,
    revoked_at: null,
  };
  expect(made).toEqual({ before: null, after: { ...toldOfKey, ...instants } });
  const [createdAt, expiresAt] = [link.createdAt.toISOString(), link.expiresAt.toISOString()];
  const toldOfLink = {
    role: "viewer",
    email: "new@example.com",
    user: null,
    ...by,
    created_at: createdAt,
    expires_at: expiresAt,
  };
  expect(invited).toEqual({ before: null, after: toldOfLink });
  expect(withdrawn).toEqual({ before: toldOfLink, after: null });
});

test.each([
  ["update", "update audit_log set actor = 'nobody'"],
  ["delete", "delete from audit_log"],
  ["truncate", "truncate audit_log"],
])("nobody can %s what the audit log says", async (_, statement) => {
  await expect(db.sql.unsafe(statement)).rejects.toThrow("append-only");
});
