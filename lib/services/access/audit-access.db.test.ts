import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Db, openDb } from "@/db/client";
import { auditQuerySchema } from "@/lib/contract/access/audit";
import { signInSchema } from "@/lib/contract/access/user";
import { tagWriteSchema } from "@/lib/contract/audience/tag";
import { UnauthenticatedError } from "@/lib/domain/errors";
import { json } from "@/lib/http/answers";
import { messageTable } from "@/lib/http/present/message";
import { type Call, createRoutes } from "@/lib/http/routes";
import { bearerOf } from "@/lib/http/security";
import { createTag } from "@/lib/services/audience/create-tag";
import { exportRecipients } from "@/lib/services/audience/export-recipients";
import { anonymousActor, type Context, cameFrom, systemActor } from "@/lib/services/context";
import { createDispatch } from "@/lib/services/dispatches/create-dispatch";
import { exportMessages } from "@/lib/services/dispatches/export-messages";
import { createWebhook } from "@/lib/services/webhooks/create-webhook";
import { pingWebhook } from "@/lib/services/webhooks/send-delivery";
import { cloneDatabase } from "@/test/support/database";
import { acceptInvitation } from "./accept-invitation";
import { createApiKey } from "./create-api-key";
import { createInvitation, inviteByEmail } from "./create-invitation";
import { identify } from "./identify";
import { listAudit } from "./list-audit";
import { ADDRESS_HEADER, openSessions, type Sessions } from "./open-sessions";
import { revokeApiKey } from "./revoke-api-key";
import { signIn, signOut } from "./sign-in";

const password = "a bell in the tower";
let database: Awaited<ReturnType<typeof cloneDatabase>>;
let db: Db;
let admin: Context;
let sessions: Sessions;
/** What signs in: the real one, or one that refuses without the time that hashing takes. */
let door: Sessions;
/** Refusals are counted by the hour: each test has hours of its own. */
let now = Date.now();

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDb(database.url);
  sessions = openSessions(db, {
    secret: "a secret of more than 32 characters",
    publicUrl: "http://127.0.0.1:3000",
  });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});
beforeEach(() => {
  now += 3_600_000;
  door = sessions;
  admin = { db, now: () => new Date(now), actor: systemActor("admin@example.com"), announce: async () => {} };
});

const makeTag = async ({ ctx, json: body }: Call) => json(await createTag(ctx, await body(tagWriteSchema)));
const enter = async ({ ctx, request, json: body }: Call) =>
  new Response(null, {
    status: 204,
    headers: await signIn(ctx, door, await body(signInSchema), request.headers),
  });
const leave = async ({ ctx, request }: Call) =>
  new Response(null, { status: 204, headers: await signOut(ctx, door, request.headers) });

/**
 * Routes as the web process has them: the address is told by the web server, whatever a client
 * sends.
 */
function server({ isOpen }: { isOpen: boolean }) {
  const anonymous = { ...admin, actor: anonymousActor(isOpen) };
  const routes = createRoutes({
    anonymous: (origin) => cameFrom(anonymous, origin),
    of: (request, origin) =>
      identify(cameFrom(anonymous, origin), {
        bearer: bearerOf(request),
        session: () => door.userOf(request.headers),
      }),
    count: async () => null,
  });
  const handlers = {
    tag: routes({ POST: makeTag }),
    signIn: routes({ POST: enter }, { isPublic: true }),
    signOut: routes({ POST: leave }, { isPublic: true }),
  };
  return (what: keyof typeof handlers, body: unknown, headers: Record<string, string> = {}) =>
    handlers[what].POST(
      new Request("http://localhost:3000/x", {
        method: "POST",
        headers: {
          host: "localhost:3000",
          "content-type": "application/json",
          [ADDRESS_HEADER]: "203.0.113.7",
          ...headers,
        },
        body: JSON.stringify(body),
      }),
      { params: Promise.resolve({}) },
    );
}

const entries = async (action: string) =>
  (await listAudit(admin, auditQuerySchema.parse({ action, limit: 200 }))).items;
const tokenOf = ({ path }: { path: string }) => path.split("#token=")[1]!;
async function join(email: string): Promise<void> {
  await acceptInvitation(admin, {
    token: tokenOf(await createInvitation(admin, { role: "admin", email })),
    name: "Somebody",
    email,
    password,
  });
}
const cookieOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");

test("A change says from which address and by which request it came, also where nobody signs in", async () => {
  const call = server({ isOpen: true });
  const response = await call("tag", { name: "bells" }, { "x-request-id": "of-the-caller" });
  expect(response.status).toBe(200);
  const [entry] = await entries("tag.created");
  expect(entry).toMatchObject({ actor: "anonymous", address: "203.0.113.7", requestId: "of-the-caller" });
  expect((await listAudit(admin, auditQuerySchema.parse({ address: "203.0.113.7" }))).items).toContainEqual(
    entry,
  );
  expect((await listAudit(admin, auditQuerySchema.parse({ address: "203.0.113.8" }))).items).toEqual([]);
});

test("Sign-ins, failures and sign-outs are told with the address they come from", async () => {
  await join("anna@example.com");
  const call = server({ isOpen: false });
  expect((await call("signIn", { email: "anna@example.com", password: "not the password" })).status).toBe(
    401,
  );
  expect((await call("signIn", { email: "mysecret@example.com", password })).status).toBe(401);
  const signedIn = await call("signIn", { email: "anna@example.com", password });
  expect((await call("signOut", {}, { cookie: cookieOf(signedIn) })).status).toBe(204);
  // Whoever has no session ends none.
  await call("signOut", {}, { cookie: cookieOf(signedIn) });
  const [out, entered, unknown, wrong, ...rest] = (await entries("user.")).filter(
    ({ action }) => action !== "user.joined",
  );
  expect(rest).toEqual([]);
  const [{ id }] = (await db.sql`select id from users where email = 'anna@example.com'`) as unknown as [
    { id: string },
  ];
  const from = { address: "203.0.113.7", requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) };
  expect(wrong).toMatchObject({
    actor: "anonymous",
    action: "user.sign_in_failed",
    subjectId: id,
    after: { reason: "wrong" },
    ...from,
  });
  expect(unknown).toMatchObject({
    actor: "anonymous",
    action: "user.sign_in_failed",
    subjectId: "unknown",
    ...from,
  });
  expect(JSON.stringify(unknown)).not.toContain("mysecret");
  expect(entered).toMatchObject({
    actor: "anna@example.com",
    action: "user.signed_in",
    subjectId: id,
    ...from,
  });
  expect(out).toMatchObject({ actor: "anna@example.com", action: "user.signed_out", subjectId: id, ...from });
});

test("A wrong key is told: made up, altered or revoked, and whose it is", async () => {
  const call = server({ isOpen: true });
  const { key, id } = await createApiKey(admin, {
    name: "shop",
    scopes: ["read"],
    expires_at: null,
    daily_recipients: null,
  });
  const bearer = (text: string) => ({ authorization: `Bearer ${text}` });
  await call("tag", {}, bearer("made up"));
  await call("tag", {}, bearer(key.slice(0, -2) + (key.endsWith("AA") ? "BB" : "AA")));
  await revokeApiKey(admin, id);
  await call("tag", {}, bearer(key));
  const told = (await entries("api_key.refused")).map(({ subjectId, after, address }) => [
    subjectId,
    after,
    address,
  ]);
  expect(told).toEqual([
    [id, { reason: "ended" }, "203.0.113.7"],
    [id, { reason: "wrong" }, "203.0.113.7"],
    ["unknown", { reason: "wrong" }, "203.0.113.7"],
  ]);
  expect(JSON.stringify(await entries(""))).not.toContain(key);
});

test("Guessing cannot fill the audit log: of 600 wrong keys and passwords a few dozen entries remain, with their number", async () => {
  const before = (await entries("")).length;
  door = { ...sessions, signIn: () => Promise.reject(new UnauthenticatedError("wrong_password")) };
  const call = server({ isOpen: true });
  for (let i = 0; i < 300; i++) {
    await call(
      "tag",
      {},
      { authorization: `Bearer guess ${i}`, [ADDRESS_HEADER]: `2001:db8::${i.toString(16)}` },
    );
    await call(
      "signIn",
      { email: `guess${i}@example.com`, password },
      { [ADDRESS_HEADER]: `2001:db8:${i.toString(16)}::1` },
    );
  }
  const [{ count }] = (await db.sql`select count(*)::int as count from audit_log`) as unknown as [
    { count: number },
  ];
  expect(count - before).toBeLessThan(60);
  for (const action of ["api_key.refused", "user.sign_in_failed"])
    expect((await entries(action))[0]).toMatchObject({ subjectId: "unknown", after: { in_this_hour: 256 } });
  now += 3_600_000;
  await call("tag", {}, { authorization: "Bearer guess" });
  expect((await entries("api_key.refused"))[0]!.after).toEqual({ reason: "wrong" });
});

test("A known user's failures are told beside a flood of others", async () => {
  await join("target@example.com");
  door = { ...sessions, signIn: () => Promise.reject(new UnauthenticatedError("wrong_password")) };
  const call = server({ isOpen: false });
  for (let i = 0; i < 40; i++)
    await call(
      "signIn",
      { email: `flood${i}@example.com`, password },
      { [ADDRESS_HEADER]: `198.51.100.${i}` },
    );
  await call(
    "signIn",
    { email: "target@example.com", password: "a guess" },
    { [ADDRESS_HEADER]: "198.51.100.99" },
  );
  expect((await entries("user.sign_in_failed"))[0]).toMatchObject({
    address: "198.51.100.99",
    subjectId: expect.stringMatching(/-/),
  });
});

test("Exports and pings are told", async () => {
  const ctx = cameFrom(admin, { address: "203.0.113.9", requestId: "r1" });
  await createTag(ctx, { name: "exported" });
  await (await exportRecipients(ctx, { tag: "exported" })).body.cancel();
  const dispatch = await createDispatch(ctx, {
    timezone: "UTC",
    start_datetime: new Date(now + 86_400_000).toISOString(),
    end_datetime: new Date(now + 90_000_000).toISOString(),
    message_text: "Hello",
  });
  await (await exportMessages(ctx, dispatch.id, {}, messageTable({}))).body.cancel();
  const hook = await createWebhook(
    ctx,
    { url: "https://example.com/x", events: ["dispatch.opened"] },
    { allowPrivate: false },
  );
  await pingWebhook(ctx, hook.id);
  const by = { actor: "admin@example.com", address: "203.0.113.9", requestId: "r1" };
  expect((await entries("recipients.exported"))[0]).toMatchObject({ ...by, after: { tag: "exported" } });
  expect((await entries("messages.exported"))[0]).toMatchObject({ ...by, subjectId: dispatch.id });
  expect((await entries("webhook.pinged"))[0]).toMatchObject({ ...by, subjectId: hook.id });
});

test("A link made on the command line is told, and a password set by a link names who made the link", async () => {
  await join("lost@example.com");
  const link = (await inviteByEmail(admin, "lost@example.com"))!;
  expect((await entries("invitation.created"))[0]).toMatchObject({
    actor: "command line",
    after: { email: "lost@example.com" },
  });
  const guest = cameFrom(
    { ...admin, actor: anonymousActor(false) },
    { address: "203.0.113.20", requestId: "r2" },
  );
  await acceptInvitation(guest, { token: tokenOf(link), password: "another bell in the tower" });
  expect((await entries("user.password_set"))[0]).toMatchObject({
    actor: "link by command line",
    address: "203.0.113.20",
    after: { email: "lost@example.com" },
  });
  const [{ id }] = (await db.sql`select id from users where email = 'lost@example.com'`) as unknown as [
    { id: string },
  ];
  await acceptInvitation(guest, { token: tokenOf(await createInvitation(admin, { user: id })), password });
  expect((await entries("user.password_set"))[0]!.actor).toBe("link by admin@example.com");
  expect((await entries("user.joined"))[0]!.after).toMatchObject({ invited_by: "admin@example.com" });
});
