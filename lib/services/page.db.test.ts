import { afterAll, beforeAll, expect, test } from "vitest";
import { type Db, openDb } from "@/db/client";
import { pageQuerySchema } from "@/lib/contract/page";
import { cloneDatabase } from "@/test/support/database";
import { listApiKeys } from "./access/list-api-keys";
import { listAudit } from "./access/list-audit";
import { listInvitations } from "./access/list-invitations";
import { listUsers } from "./access/list-users";
import { listImports } from "./audience/import/list-imports";
import { listOperators } from "./audience/list-operators";
import { listRecipients } from "./audience/list-recipients";
import { listTags } from "./audience/list-tags";
import { type Context, systemActor } from "./context";
import type { Page, PageQuery } from "./page";
import { createWebhook } from "./webhooks/create-webhook";
import { listWebhookDeliveries } from "./webhooks/list-webhook-deliveries";
import { listWebhooks } from "./webhooks/list-webhooks";

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let db: Db;
let ctx: Context;
beforeAll(async () => {
  database = await cloneDatabase();
  db = openDb(database.url);
  ctx = { db, now: () => new Date(), actor: systemActor(), announce: async () => {} };
});
afterAll(async () => {
  await db?.close();
  await database?.drop();
});

const lists: Record<string, (query: PageQuery) => Promise<Page<unknown>>> = {
  keys: (query) => listApiKeys(ctx, query),
  "audit entries": (query) => listAudit(ctx, query),
  invitations: (query) => listInvitations(ctx, query),
  users: (query) => listUsers(ctx, query),
  imports: (query) => listImports(ctx, query),
  operators: (query) => listOperators(ctx, query),
  recipients: (query) => listRecipients(ctx, query),
  tags: (query) => listTags(ctx, query),
  webhooks: (query) => listWebhooks(ctx, query),
  deliveries: async (query) => {
    const input = { url: "https://example.com/", events: ["dispatch.opened" as const] };
    return listWebhookDeliveries(ctx, (await createWebhook(ctx, input, { allowPrivate: false })).id, query);
  },
};

test.each(Object.entries(lists))(
  "A list of %s takes every cursor that the contract allows, however large its number",
  async (_, list) => {
    const page = await list(pageQuerySchema.parse({ limit: 10, cursor: "n9999999999" }));
    expect(page).toEqual({ items: expect.any(Array), nextCursor: null });
  },
);
