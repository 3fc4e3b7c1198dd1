import { hashPassword as hashPasswordOf010 } from "better-auth/crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Db, openDb } from "@/db/client";
import { signInSchema } from "@/lib/contract/access/user";
import {
  ConflictError,
  ForbiddenError,
  NotFoundError,
  TooManyAttemptsError,
  UnauthenticatedError,
  ValidationError,
} from "@/lib/domain/errors";
import { rightsOfRole } from "@/lib/domain/rights";
import { anonymousActor, type Context, systemActor } from "@/lib/services/context";
import { cloneDatabase } from "@/test/support/database";
import { acceptInvitation, readInvitation } from "./accept-invitation";
import { createInvitation, inviteByEmail, inviteFirstAdministrator } from "./create-invitation";
import { identify } from "./identify";
import { listInvitations } from "./list-invitations";
import { listUsers } from "./list-users";
import { ADDRESS_HEADER, openSessions, type Sessions } from "./open-sessions";
import { updateUser } from "./update-user";
import { withdrawInvitation } from "./withdraw-invitation";

const password = "correct horse battery";
const secret = "a secret of more than 32 characters";
const publicUrl = "http://127.0.0.1:3000";
let database: Awaited<ReturnType<typeof cloneDatabase>>;
let db: Db;
let ctx: Context;
let sessions: Sessions;

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDb(database.url);
  ctx = { db, now: () => new Date(), actor: systemActor("tester"), announce: async () => {} };
  sessions = openSessions(db, { secret, publicUrl });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const tokenOf = ({ path }: { path: string }) => path.split("#token=")[1]!;
const from = (address: string, cookie?: string) =>
  new Headers({ [ADDRESS_HEADER]: address, ...(cookie && { cookie }) });
const signIn = (email: string, secret = password) =>
  sessions.signIn(signInSchema.parse({ email, password: secret }), from("192.0.2.1"));
const deviceOf = (headers: Headers) =>
  headers
    .getSetCookie()
    .find((cookie) => cookie.startsWith("carillon.device="))!
    .split(";")[0]!;
const asBrowser = (headers: Headers) =>
  new Headers({
    cookie: headers
      .getSetCookie()
      .map((cookie) => cookie.split(";")[0])
      .join("; "),
  });
async function join(email: string, role: "viewer" | "marketer" | "admin" = "viewer"): Promise<string> {
  await acceptInvitation(ctx, {
    token: tokenOf(await createInvitation(ctx, { role, email })),
    name: "Somebody",
    password,
  });
  return (await listUsers(ctx, { limit: 200 })).items.find((user) => user.email === email)!.id;
}

test("The first administrator comes in by a link that works once, within a day, and only the newest one", async () => {
  const old = (await inviteFirstAdministrator(ctx))!;
  const link = (await inviteFirstAdministrator(ctx))!;
  const input = { name: "Anna", email: "anna@example.com", password };
  await expect(acceptInvitation(ctx, { ...input, token: tokenOf(old) })).rejects.toBeInstanceOf(
    NotFoundError,
  );
  await expect(acceptInvitation(ctx, { ...input, token: "made up" })).rejects.toBeInstanceOf(NotFoundError);
  expect(await readInvitation(ctx, tokenOf(link))).toEqual({ isNew: true, role: "admin", email: null });
  const at_once = await Promise.allSettled(
    ["anna", "berta", "clara"].map((name) =>
      acceptInvitation(ctx, { ...input, email: `${name}@example.com`, token: tokenOf(link) }),
    ),
  );
  const late = at_once.filter((one) => one.status === "rejected");
  expect(late.map(({ reason }) => reason)).toEqual(Array(2).fill(new NotFoundError("invitation", "")));
  expect((await listUsers(ctx, { limit: 10 })).items.map(({ role }) => role)).toEqual(["admin"]);
  expect(await readInvitation(ctx, tokenOf(link))).toBeNull();
  expect(await inviteFirstAdministrator(ctx)).toBeNull();
});

test("A link is kept as a hash alone, and ends after 24 hours", async () => {
  const invitation = await createInvitation(ctx, { role: "viewer", email: "late@example.com" });
  const rows =
    await db.sql`select i::text as text from invitations i union all select a::text from audit_log a`;
  expect(JSON.stringify(rows)).not.toContain(tokenOf(invitation));
  expect(invitation.expiresAt.getTime() - Date.now()).toBeLessThanOrEqual(24 * 3_600_000 + 1_000);
  await db.sql`update invitations set expires_at = clock_now() - interval '1 second' where used_at is null`;
  const late = acceptInvitation(ctx, { token: tokenOf(invitation), name: "Late", password });
  await expect(late).rejects.toBeInstanceOf(NotFoundError);
});

test("Somebody new says a name, and comes in with the address that was invited and no other", async () => {
  await join("taken@example.com");
  await expect(createInvitation(ctx, { role: "admin", email: "taken@example.com" })).rejects.toBeInstanceOf(
    ConflictError,
  );
  const link = await createInvitation(ctx, { role: "marketer", email: "free@example.com" });
  const token = tokenOf(link);
  expect(await readInvitation(ctx, token)).toEqual({
    isNew: true,
    role: "marketer",
    email: "free@example.com",
  });
  await expect(acceptInvitation(ctx, { token, password })).rejects.toBeInstanceOf(ValidationError);
  await expect(
    acceptInvitation(ctx, { token, name: "x", email: "other@example.com", password }),
  ).rejects.toEqual(
    new ValidationError([
      { pointer: "/email", code: "email_invited", params: { email: "free@example.com" } },
    ]),
  );
  expect(await acceptInvitation(ctx, { token, name: "x", password })).toEqual({ email: "free@example.com" });
});

test("Links that still work are listed, and one that is withdrawn works no longer; a newer one replaces the one before", async () => {
  const guest = { role: "viewer", email: "guest@example.com" } as const;
  const old = await createInvitation(ctx, guest);
  const { path, ...link } = await createInvitation(ctx, guest);
  const open = async () =>
    (await listInvitations(ctx, { limit: 200 })).items.filter(({ email }) => email === guest.email);
  expect(await open()).toEqual([link]);
  await expect(
    acceptInvitation(ctx, { token: tokenOf(old), name: "Guest", password }),
  ).rejects.toBeInstanceOf(NotFoundError);

  await withdrawInvitation(ctx, link.id);
  expect(await open()).toEqual([]);
  await expect(
    acceptInvitation(ctx, { token: tokenOf({ path }), name: "Guest", password }),
  ).rejects.toBeInstanceOf(NotFoundError);
  await expect(withdrawInvitation(ctx, link.id)).rejects.toBeInstanceOf(NotFoundError);
  const used = await createInvitation(ctx, guest);
  await acceptInvitation(ctx, { token: tokenOf(used), name: "Guest", password });
  expect(await open()).toEqual([]);
  await expect(withdrawInvitation(ctx, used.id)).rejects.toBeInstanceOf(NotFoundError);
  const told = await db.sql<
    { action: string }[]
  >`select action from audit_log where subject_id = ${link.id} order by no`;
  expect(told.map(({ action }) => action)).toEqual(["invitation.created", "invitation.withdrawn"]);
});

/** @returns an administrator's context, as a request of theirs has it */
async function administrator(email: string): Promise<Context & { actor: { id: string } }> {
  const id = await join(email, "admin");
  return {
    ...ctx,
    actor: { kind: "user", id, name: email, rights: rightsOfRole("admin"), dailyRecipientsMax: null },
  };
}

test.each([
  ["shut out", { disabled: true }],
  ["made less", { role: "marketer" }],
] as const)(
  "Who is %s does not come back by links made before: for somebody new, or to the password of somebody else",
  async (what, change) => {
    const suffix = what.replace(" ", "-");
    const mallory = await administrator(`mallory-${suffix}@example.com`);
    const victim = await join(`victim-${suffix}@example.com`, "admin");
    const links = [
      await createInvitation(mallory, { role: "admin", email: `puppet-${suffix}@example.com` }),
      await createInvitation(mallory, { user: victim }),
    ];
    await updateUser(ctx, mallory.actor.id, change);
    await updateUser(ctx, mallory.actor.id, { disabled: false, role: "admin" });
    for (const link of links) {
      expect(await readInvitation(ctx, tokenOf(link))).toBeNull();
      await expect(
        acceptInvitation(ctx, { token: tokenOf(link), name: "Puppet", password: "a new password" }),
      ).rejects.toBeInstanceOf(NotFoundError);
      const [entry] =
        await db.sql`select actor, before from audit_log where subject_id = ${link.id} and action = 'invitation.withdrawn'`;
      expect(entry).toMatchObject({ actor: "tester", before: { created_by: mallory.actor.name } });
    }
  },
);

test("Who is shut out in the moment of inviting leaves no link behind", async () => {
  const mallory = await administrator("fast-mallory@example.com");
  const emails = Array.from({ length: 10 }, (_, i) => `fast-puppet-${i}@example.com`);
  const made = emails.map((email) => createInvitation(mallory, { role: "admin", email }));
  await Promise.allSettled([
    ...made.slice(0, 5),
    updateUser(ctx, mallory.actor.id, { disabled: true }),
    ...made.slice(5),
  ]);
  const left = (await listInvitations(ctx, { limit: 200 })).items.filter(
    ({ createdBy }) => createdBy === mallory.actor.name,
  );
  expect(left).toEqual([]);
  await expect(createInvitation(mallory, { role: "admin", email: emails[0]! })).rejects.toBeInstanceOf(
    ForbiddenError,
  );
});

test("Who signs in is named by the cookie, with the rights of the role, until signing out", async () => {
  const id = await join("marketer@example.com", "marketer");
  const cookies = await signIn(" Marketer@Example.com ");
  expect(cookies.getSetCookie().join("\n")).toMatch(/HttpOnly/i);
  expect(cookies.getSetCookie().join("\n")).toMatch(/SameSite=Lax/i);
  const browser = asBrowser(cookies);
  const known = await identify(
    { ...ctx, actor: anonymousActor(false, 50) },
    { bearer: null, session: () => sessions.userOf(browser) },
  );
  expect(known.actor).toMatchObject({
    kind: "user",
    id,
    name: "marketer@example.com",
    dailyRecipientsMax: 50,
  });
  expect(known.actor.rights.has("dispatches:write")).toBe(true);
  expect(known.actor.rights.has("users:manage")).toBe(false);
  const forged = new Headers({
    cookie: browser.get("cookie")!.replace(/(?<=session_token=)./, (first) => (first === "a" ? "b" : "a")),
  });
  expect(await sessions.userOf(forged)).toBeNull();
  await sessions.signOut(browser);
  expect(await sessions.userOf(browser)).toBeNull();
});

test("Cookies are Secure where browsers come by https", async () => {
  await join("tls@example.com");
  const secure = openSessions(db, { secret, publicUrl: "https://carillon.example" });
  const cookies = await secure.signIn({ email: "tls@example.com", password }, from("192.0.2.2"));
  expect(cookies.getSetCookie().every((cookie) => /; Secure/i.test(cookie))).toBe(true);
});

test("A wrong password and an unknown address are told alike", async () => {
  await join("known@example.com");
  await expect(signIn("known@example.com", "wrong password")).rejects.toEqual(
    new UnauthenticatedError("wrong_password"),
  );
  await expect(signIn("unknown@example.com")).rejects.toEqual(new UnauthenticatedError("wrong_password"));
});

test("Whoever is shut out loses every session at once and cannot come back until let in", async () => {
  const id = await join("out@example.com", "marketer");
  const browser = asBrowser(await signIn("out@example.com"));
  await updateUser(ctx, id, { disabled: true });
  expect(await sessions.userOf(browser)).toBeNull();
  await expect(signIn("out@example.com")).rejects.toEqual(new UnauthenticatedError("wrong_password"));
  expect(await db.sql`select from sessions where user_id = ${id}`).toHaveLength(0);
  await updateUser(ctx, id, { disabled: false });
  expect(await sessions.userOf(asBrowser(await signIn("out@example.com")))).toMatchObject({ id });
});

test("A role holds from the next request on", async () => {
  const id = await join("promoted@example.com");
  const browser = asBrowser(await signIn("promoted@example.com"));
  await updateUser(ctx, id, { role: "marketer" });
  expect(await sessions.userOf(browser)).toMatchObject({ role: "marketer" });
});

test("The last administrator can be neither shut out nor made less, not by two at once either", async () => {
  const second = await join("second-admin@example.com", "admin");
  const [first, ...others] = (await listUsers(ctx, { limit: 200 })).items.filter(
    ({ id, role, disabledAt }) => role === "admin" && disabledAt === null && id !== second,
  );
  for (const { id } of others) await updateUser(ctx, id, { disabled: true });
  const both = await Promise.allSettled([
    updateUser(ctx, first!.id, { disabled: true }),
    updateUser(ctx, second, { role: "viewer" }),
  ]);
  expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  const failed = both.find(({ status }) => status === "rejected") as PromiseRejectedResult;
  expect(failed.reason).toEqual(new ConflictError("last_administrator"));
});

test("A link to a new password ends the sessions of the old one, and the link before it", async () => {
  const id = await join("lost@example.com");
  const browser = asBrowser(await signIn("lost@example.com"));
  const old = await createInvitation(ctx, { user: id });
  const link = await createInvitation(ctx, { user: id });
  await expect(acceptInvitation(ctx, { token: tokenOf(old), password })).rejects.toBeInstanceOf(
    NotFoundError,
  );
  await acceptInvitation(ctx, { token: tokenOf(link), password: "another password" });
  expect(await sessions.userOf(browser)).toBeNull();
  await expect(signIn("lost@example.com")).rejects.toBeInstanceOf(UnauthenticatedError);
  await signIn("lost@example.com", "another password");
  expect(await inviteByEmail(ctx, "nobody@example.com")).toBeNull();
  await acceptInvitation(ctx, { token: tokenOf((await inviteByEmail(ctx, "lost@example.com"))!), password });
  await signIn("lost@example.com");
});

const guarded = () =>
  openSessions(db, { secret, publicUrl, limits: { ofDevice: 2, ofPair: 2, ofAddress: 5, atAccount: 8 } });
/** In two web processes by turns. */
let processes: Sessions[] | undefined;
let calls = 0;
function tryIn(
  email: string,
  address: string,
  { secret = password, device }: { secret?: string; device?: string } = {},
) {
  processes ??= [guarded(), guarded()];
  return processes[calls++ % 2]!.signIn({ email, password: secret }, from(address, device));
}
const guess = async (
  times: number,
  one: (i: number) => { email: string; address: string; device?: string },
) => {
  const tries = Array.from({ length: times }, (_, i) => one(i));
  const ends = await Promise.allSettled(
    tries.map(({ email, address, device }) => tryIn(email, address, { secret: "a wrong one", device })),
  );
  return ends.filter((end) => (end as PromiseRejectedResult).reason instanceof TooManyAttemptsError).length;
};
const refused = (attempt: Promise<unknown>) => expect(attempt).rejects.toBeInstanceOf(TooManyAttemptsError);

test("Guessing one account's password from one address is stopped there, and nobody else is kept waiting", async () => {
  const email = "target@example.com";
  await join(email);
  expect(await guess(4, () => ({ email, address: "198.51.100.1" }))).toBe(2);
  await refused(tryIn(email, "198.51.100.1"));
  await tryIn(email, "198.51.100.2");
  // What was refused counts for that address alone: it cannot use up what the account has.
  expect(await guess(20, () => ({ email, address: "198.51.100.1" }))).toBe(20);
  expect(await guess(2, () => ({ email, address: "198.51.100.3" }))).toBe(0);
  await db.sql`update request_limits set expire = 1 where starts_with(key, 'sign-in:')`;
  await tryIn(email, "198.51.100.1");
});

test("All the addresses of one IPv6 network are one", async () => {
  const email = "six@example.com";
  await join(email);
  expect(await guess(4, (i) => ({ email, address: `2001:db8:1:2:${i}::1` }))).toBe(2);
  await refused(tryIn(email, "2001:db8:1:2::99"));
  await tryIn(email, "2001:db8:1:3::1");
});

test("Guessing one account's password from many addresses is stopped, but not its owner, whose browser has signed in before", async () => {
  const email = "famous@example.com";
  const id = await join(email);
  const device = deviceOf(await tryIn(email, "192.0.2.200"));
  expect(await guess(10, (i) => ({ email, address: `198.18.0.${i}` }))).toBe(2);
  await refused(tryIn(email, "192.0.2.200"));
  await tryIn(email, "192.0.2.200", { device });

  // A cookie of another account, and one that nobody signed, are none.
  await join("mallory@example.com");
  const others = deviceOf(await tryIn("mallory@example.com", "192.0.2.200"));
  const forged = device.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
  for (const cookie of [others, forged]) await refused(tryIn(email, "192.0.2.200", { device: cookie }));
  // A stolen one may try as often as its owner.
  expect(await guess(4, () => ({ email, address: "192.0.2.201", device }))).toBe(2);

  // A new password clears it all.
  await acceptInvitation(ctx, { token: tokenOf(await createInvitation(ctx, { user: id })), password });
  await tryIn(email, "192.0.2.200");
  await tryIn(email, "192.0.2.201", { device });
});

test("Right passwords are not counted, neither for the address nor for the account", async () => {
  const email = "right@example.com";
  await join(email);
  for (let i = 0; i < 9; i++) await tryIn(email, "203.0.113.200");
  expect(await guess(3, () => ({ email, address: "203.0.113.200" }))).toBe(1);
  await tryIn(email, "203.0.113.201");
});

test("Guessing many accounts' passwords from one address is stopped, and other addresses still sign in", async () => {
  await join("elsewhere@example.com");
  expect(await guess(7, (i) => ({ email: `guess${i}@example.com`, address: "203.0.113.9" }))).toBe(2);
  await refused(tryIn("elsewhere@example.com", "203.0.113.9"));
  await tryIn("elsewhere@example.com", "203.0.113.10");
});

test("A hash of 0.1.0 still lets its owner in, once: then it costs what a new one does; a wrong password changes nothing", async () => {
  const id = await join("early@example.com");
  const old = await hashPasswordOf010(password);
  const hashOf = async () =>
    (await db.sql<{ password: string }[]>`select password from accounts where user_id = ${id}`)[0]!.password;
  await db.sql`update accounts set password = ${old} where user_id = ${id}`;
  await expect(signIn("early@example.com", "not this one")).rejects.toBeInstanceOf(UnauthenticatedError);
  expect(await hashOf()).toBe(old);
  await signIn("early@example.com");
  const renewed = await hashOf();
  expect(renewed).toMatch(/^\$scrypt\$/);
  await signIn("early@example.com");
  expect(await hashOf()).toBe(renewed);
  await expect(signIn("early@example.com", "not this one")).rejects.toBeInstanceOf(UnauthenticatedError);
});
