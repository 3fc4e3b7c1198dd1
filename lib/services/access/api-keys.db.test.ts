import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Db, openDb } from "@/db/client";
import { apiKeyCreateSchema } from "@/lib/contract/access/api-key";
import { recipientListQuerySchema } from "@/lib/contract/audience/recipient";
import { type ForbiddenError, UnauthenticatedError } from "@/lib/domain/errors";
import { scopes } from "@/lib/domain/rights";
import { json } from "@/lib/http/answers";
import { readJson } from "@/lib/http/body";
import { missingRightIs401 } from "@/lib/http/problem";
import { type Call, createRoutes } from "@/lib/http/routes";
import { bearerOf } from "@/lib/http/security";
import { createTag } from "@/lib/services/audience/create-tag";
import { exportRecipients } from "@/lib/services/audience/export-recipients";
import { listRecipients } from "@/lib/services/audience/list-recipients";
import { listTags } from "@/lib/services/audience/list-tags";
import { anonymousActor, type Context, systemActor } from "@/lib/services/context";
import { createDispatch } from "@/lib/services/dispatches/create-dispatch";
import { readMetrics } from "@/lib/services/health/read-metrics";
import { cloneDatabase } from "@/test/support/database";
import { createApiKey } from "./create-api-key";
import { identify } from "./identify";
import { createRequestLimit } from "./limit-requests";
import { listApiKeys } from "./list-api-keys";
import { revokeApiKey } from "./revoke-api-key";

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let db: Db;
let admin: Context;

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDb(database.url);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});
beforeEach(() => {
  admin = { db, now: () => new Date(), actor: systemActor("admin@example.com"), announce: async () => {} };
});

const make = (input: object = {}) =>
  createApiKey(admin, apiKeyCreateSchema.parse({ name: "billing", scopes: ["read"], ...input }));
const present = (bearer: string) =>
  identify(
    { ...admin, actor: anonymousActor(false) },
    { bearer, session: () => Promise.reject(new Error("the session was asked")) },
  );

test("A key is shown once; rows, lists and the audit log hold nothing that it could be made from", async () => {
  const { key, id, prefix } = await make({ scopes: ["read", "dispatches:write"] });
  expect(key).toMatch(/^crl_[0-9a-f]{8}_[\w-]{43}$/);
  expect(key.startsWith(prefix)).toBe(true);
  const secret = key.slice(prefix.length + 1);
  const rows = await db.sql`
    select k::text as text from api_keys k where id = ${id} union all select a::text from audit_log a where subject_id = ${id}`;
  expect(rows).toHaveLength(2);
  expect(JSON.stringify([rows, await listApiKeys(admin, { limit: 200 })])).not.toContain(secret);
});

test("A key names its actor, with the rights of its scopes alone", async () => {
  const { key, prefix, id } = await make({ name: "crm", scopes: ["audience:write"], daily_recipients: 7 });
  const { actor } = await present(key);
  expect(actor).toMatchObject({ kind: "key", id, name: `key crm (${prefix})`, dailyRecipientsMax: 7 });
  expect([...actor.rights].sort()).toEqual(["audience:read", "audience:write", "metrics", "read"]);
});

test("A key reads who the recipients are, exports them or asks for figures by a scope of its own each", async () => {
  const asKey = async (scopes: string[]) => present((await make({ scopes })).key);
  const outcomeOf = (work: Promise<unknown>) =>
    work.then(
      () => "done",
      (error: ForbiddenError) => error.params.right,
    );
  const tryAll = async (ctx: Context) => ({
    list: await outcomeOf(listRecipients(ctx, recipientListQuerySchema.parse({}))),
    export: await outcomeOf(exportRecipients(ctx, {}).then((file) => file.body.cancel())),
    metrics: await outcomeOf(readMetrics(ctx, async () => null)),
    tags: await outcomeOf(listTags(ctx, { limit: 1 })),
  });
  expect(await tryAll(await asKey(["metrics"]))).toEqual({
    list: "audience:read",
    export: "audience:export",
    metrics: "done",
    tags: "read",
  });
  expect(await tryAll(await asKey(["read", "dispatches:write"]))).toEqual({
    list: "audience:read",
    export: "audience:export",
    metrics: "done",
    tags: "done",
  });
  expect(await tryAll(await asKey(scopes.filter((scope) => scope !== "audience:export")))).toMatchObject({
    list: "done",
    export: "audience:export",
  });
  expect(await tryAll(await asKey(["audience:export"]))).toMatchObject({ list: "done", export: "done" });
});

test("A key from before these scopes keeps what it could do, except to export", async () => {
  const folder = new URL("../../../db/migrations/", import.meta.url);
  const file = readdirSync(folder).find((name) => name.endsWith("_key_scopes.sql"))!;
  const before = await make({ scopes: ["read", "sending:stop"] });
  const revoked = await make({ scopes: ["read"] });
  await revokeApiKey(admin, revoked.id);
  for (let i = 0; i < 2; i++) await db.sql.unsafe(readFileSync(new URL(file, folder), "utf8"));
  const rights = (await present(before.key)).actor.rights;
  expect([...rights].sort()).toEqual(["audience:read", "metrics", "read", "sending:stop"]);
  const { items } = await listApiKeys(admin, { limit: 200 });
  expect(items.find(({ id }) => id === before.id)!.scopes).toEqual(["read", "sending:stop", "audience:read"]);
  expect(items.find(({ id }) => id === revoked.id)!.scopes).toEqual(["read"]);
});

test("A key is refused when it is made up, altered, expired or revoked", async () => {
  const { key } = await make();
  const end = key.at(-1) === "A" ? "B" : "A";
  for (const wrong of ["", "x", key.slice(0, -1), key.slice(0, -1) + end, `${key}A`, key.toUpperCase()])
    await expect(present(wrong), wrong).rejects.toBeInstanceOf(UnauthenticatedError);

  const expiring = await make({ expires_at: new Date(Date.now() + 3_600_000).toISOString() });
  await present(expiring.key);
  await db.sql`update api_keys set expires_at = clock_now() - interval '1 second' where id = ${expiring.id}`;
  await expect(present(expiring.key)).rejects.toBeInstanceOf(UnauthenticatedError);

  const revoked = await make();
  await present(revoked.key);
  await revokeApiKey(admin, revoked.id);
  await revokeApiKey(admin, revoked.id);
  await expect(present(revoked.key)).rejects.toBeInstanceOf(UnauthenticatedError);
  expect(
    await db.sql`select from audit_log where subject_id = ${revoked.id} and action = 'api_key.revoked'`,
  ).toHaveLength(1);
});

test("An expiry that is over already is refused", async () => {
  await expect(make({ expires_at: "2020-01-01T00:00:00Z" })).rejects.toThrow("expires_in_past");
});

test("The last use of a key is noted once a minute at most", async () => {
  const { key, id } = await make();
  const lastUse = async () =>
    (await db.sql<{ at: string | null }[]>`select last_used_at as at from api_keys where id = ${id}`)[0]!.at;
  expect(await lastUse()).toBeNull();
  await present(key);
  const first = await lastUse();
  expect(first).not.toBeNull();
  await present(key);
  expect(await lastUse()).toBe(first);
  await db.sql`update api_keys set last_used_at = last_used_at - interval '61 seconds' where id = ${id}`;
  const old = await lastUse();
  await present(key);
  expect(await lastUse()).not.toBe(old);
});

const list = async ({ ctx }: Call) => json(await listTags(ctx, { limit: 1 }));
const makeTag = async ({ ctx }: Call) => json(await createTag(ctx, { name: `tag ${Math.random()}` }));
const dispatch = async ({ ctx, request }: Call) =>
  json(await createDispatch(ctx, await readJson(request)).catch(missingRightIs401));
const anybody = () => json("anybody");

/** The routes of a server with sign-in or without. */
function serverWith({ isOpen, perMinute = 1000 }: { isOpen: boolean; perMinute?: number }) {
  const anonymous = { ...admin, actor: anonymousActor(isOpen) };
  const routes = createRoutes({
    anonymous: () => anonymous,
    of: (request) => identify(anonymous, { bearer: bearerOf(request), session: async () => null }),
    count: createRequestLimit(admin.db.sql, perMinute),
  });
  const tags = routes({ GET: list, POST: makeTag });
  const handlers = {
    list: tags.GET,
    make: tags.POST,
    dispatch: routes({ POST: dispatch }).POST,
    open: routes({ GET: anybody }, { isPublic: true }).GET,
  };
  return async (what: keyof typeof handlers, authorization?: string) => {
    const isPost = what === "make" || what === "dispatch";
    const request = new Request("http://localhost:3000/api/v1/x/", {
      method: isPost ? "POST" : "GET",
      headers: {
        host: "localhost:3000",
        "content-type": "application/json",
        ...(authorization !== undefined && { authorization }),
      },
      ...(isPost && { body: "{}" }),
    });
    const response = await handlers[what](request, { params: Promise.resolve({}) });
    const answer = await response.json();
    const { headers } = response;
    limits = ["ratelimit-policy", "ratelimit", "retry-after"].map((name) => headers.get(name));
    return [response.status, answer.type ?? null, headers.get("www-authenticate")];
  };
}

/** What the last answer told of the limit. */
let limits: (string | null)[] = [];

const unauthenticated = [401, "/docs/errors/unauthenticated", "Bearer"];

test("Without sign-in nobody is asked for a key, and a wrong one is still refused", async () => {
  const call = serverWith({ isOpen: true });
  const { key } = await make();
  expect((await call("list"))[0]).toBe(200);
  expect((await call("list", "Basic dXNlcjpwYXNz"))[0]).toBe(200);
  expect((await call("list", `Bearer ${key}`))[0]).toBe(200);
  expect(await call("list", "Bearer wrong")).toEqual(unauthenticated);
  expect(await call("list", "Bearer")).toEqual(unauthenticated);
});

test("With sign-in no credentials and wrong ones are 401, a missing right is 403, and 401 where the contract says so", async () => {
  const call = serverWith({ isOpen: false });
  const { key } = await make({ scopes: ["read"] });
  for (const what of ["list", "make", "dispatch"] as const) {
    expect(await call(what), what).toEqual(unauthenticated);
    expect(await call(what, "Bearer wrong"), what).toEqual(unauthenticated);
  }
  expect((await call("list", `Bearer ${key}`))[0]).toBe(200);
  expect(await call("make", `Bearer ${key}`)).toEqual([403, "/docs/errors/forbidden", null]);
  expect(await call("dispatch", `Bearer ${key}`)).toEqual(unauthenticated);
});

test("What is public answers whatever the credentials are", async () => {
  const call = serverWith({ isOpen: false });
  expect((await call("open"))[0]).toBe(200);
  expect((await call("open", "Bearer wrong"))[0]).toBe(200);
});

test("A key is told what it has left of its minute, and 429 with Retry-After when that is nothing", async () => {
  const call = serverWith({ isOpen: false, perMinute: 2 });
  const { key } = await make({ scopes: ["read"] });
  await call("list");
  expect(limits).toEqual([null, null, null]);
  for (const left of [1, 0]) {
    expect((await call("list", `Bearer ${key}`))[0]).toBe(200);
    expect(limits).toEqual([
      '"key";q=2;w=60',
      expect.stringMatching(new RegExp(`^"key";r=${left};t=\\d+$`)),
      null,
    ]);
  }
  expect((await call("list", `Bearer ${key}`)).slice(0, 2)).toEqual([429, "/docs/errors/too-many-requests"]);
  expect(Number(limits[2])).toBeGreaterThan(0);
});
