import { afterAll, beforeAll, expect, test } from "vitest";
import { type Db, openDb } from "@/db/client";
import {
  ForbiddenError,
  NotFoundError,
  TooManyAttemptsError,
  UnauthenticatedError,
  ValidationError,
} from "@/lib/domain/errors";
import { allRights } from "@/lib/domain/rights";
import { anonymousActor, type Context, systemActor } from "@/lib/services/context";
import { cloneDatabase } from "@/test/support/database";
import { acceptInvitation } from "./accept-invitation";
import { changePassword } from "./change-password";
import { createInvitation } from "./create-invitation";
import { endOtherSessions, endSession } from "./end-sessions";
import { identify } from "./identify";
import { listSessions } from "./list-sessions";
import { ADDRESS_HEADER, openSessions, type Sessions } from "./open-sessions";

const password = "a bell in the tower";
const IDLE_MINUTES = 30;
let database: Awaited<ReturnType<typeof cloneDatabase>>;
let db: Db;
let admin: Context;
let sessions: Sessions;

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDb(database.url);
  admin = { db, now: () => new Date(), actor: systemActor("admin@example.com"), announce: async () => {} };
  sessions = openSessions(db, {
    secret: "a secret of more than 32 characters",
    publicUrl: "http://127.0.0.1:3000",
    idleMinutes: IDLE_MINUTES,
  });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const tokenOf = ({ path }: { path: string }) => path.split("#token=")[1]!;
async function join(email: string): Promise<void> {
  await acceptInvitation(admin, {
    token: tokenOf(await createInvitation(admin, { role: "viewer", email })),
    name: "Anna Bell",
    email,
    password,
  });
}

/** A browser that has signed in. */
async function browser(email: string, { secret = password, device = "Firefox", address = "192.0.2.1" } = {}) {
  const cookies = await sessions.signIn(
    { email, password: secret },
    new Headers({ [ADDRESS_HEADER]: address, "user-agent": device }),
  );
  const headers = new Headers({
    cookie: cookies
      .getSetCookie()
      .map((cookie) => cookie.split(";")[0])
      .join("; "),
  });
  return {
    user: () => sessions.userOf(headers),
    ctx: () =>
      identify(
        { ...admin, actor: anonymousActor(false) },
        { bearer: null, session: () => sessions.userOf(headers) },
      ),
  };
}
const list = (ctx: Context) => listSessions(ctx, { idleMinutes: IDLE_MINUTES });
const firstError = (promise: Promise<unknown>) =>
  promise.then(
    () => "done",
    (error) => (error instanceof ValidationError ? error.errors[0] : error),
  );

test("Another password takes the present one; every other session ends, and so does a link to a new password", async () => {
  await join("anna@example.com");
  const [mine, thief] = [await browser("anna@example.com"), await browser("anna@example.com")];
  const { id } = (await mine.user())!;
  const link = await createInvitation(admin, { user: id });
  const change = { current_password: password, new_password: "another bell in the tower" };
  const wrong = { ...change, current_password: "a guess at the bell" };
  expect(await firstError(changePassword(await mine.ctx(), wrong))).toEqual({
    pointer: "/current_password",
    code: "wrong_current_password",
  });
  expect(await thief.user()).not.toBeNull();
  await changePassword(await mine.ctx(), change);
  expect(await mine.user()).toMatchObject({ id });
  expect(await thief.user()).toBeNull();
  await expect(browser("anna@example.com")).rejects.toBeInstanceOf(UnauthenticatedError);
  await browser("anna@example.com", { secret: change.new_password });
  await expect(acceptInvitation(admin, { token: tokenOf(link), password })).rejects.toBeInstanceOf(
    NotFoundError,
  );
  const audit =
    await db.sql`select actor, action, after from audit_log where subject_id = ${id} and action like 'user.password%' order by no`;
  expect(audit).toEqual([
    { actor: "anna@example.com", action: "user.password_refused", after: { reason: "wrong" } },
    { actor: "anna@example.com", action: "user.password_changed", after: { sessions_ended: 1 } },
  ]);
});

test("A common password is refused wherever one is chosen, and the link stays usable", async () => {
  await join("berta@example.com");
  const mine = await browser("berta@example.com");
  for (const common of ["1234567890", "Password2027!", "berta@example.com"])
    expect(
      await firstError(
        changePassword(await mine.ctx(), { current_password: password, new_password: common }),
      ),
    ).toEqual({
      pointer: "/new_password",
      code: "password_common",
    });
  const token = tokenOf(await createInvitation(admin, { role: "viewer", email: "clara@example.com" }));
  const newcomer = { token, name: "Clara", email: "clara@example.com" };
  expect(await firstError(acceptInvitation(admin, { ...newcomer, password: "1234567890" }))).toEqual({
    pointer: "/password",
    code: "password_common",
  });
  await acceptInvitation(admin, { ...newcomer, password });
});

test("Whoever finds an open page cannot guess the password there", async () => {
  await join("target@example.com");
  const open = await (await browser("target@example.com")).ctx();
  const guess = (i: number) =>
    changePassword(open, { current_password: `guess ${i}`, new_password: "a bell of the thief" });
  const tries = await Promise.allSettled(Array.from({ length: 14 }, (_, i) => guess(i)));
  const reasons = tries.map((one) => (one as PromiseRejectedResult).reason);
  expect(reasons.filter((reason) => reason instanceof ValidationError)).toHaveLength(10);
  expect(reasons.filter((reason) => reason instanceof TooManyAttemptsError)).toHaveLength(4);
  await expect(
    changePassword(open, { current_password: password, new_password: "a bell of the thief" }),
  ).rejects.toBeInstanceOf(TooManyAttemptsError);
});

test("Of two that change the password at once one is right", async () => {
  await join("twice@example.com");
  const [one, other] = [
    await (await browser("twice@example.com")).ctx(),
    await (await browser("twice@example.com")).ctx(),
  ];
  const both = await Promise.allSettled([
    changePassword(one, { current_password: password, new_password: "the first bell of two" }),
    changePassword(other, { current_password: password, new_password: "the second bell of two" }),
  ]);
  expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("One sees where one is signed in, ends one session or all others, and never somebody else's", async () => {
  await join("dora@example.com");
  await join("eva@example.com");
  const mine = await browser("dora@example.com", { device: "Firefox/143", address: "192.0.2.7" });
  const phone = await browser("dora@example.com", { device: "Chrome/140", address: "192.0.2.8" });
  const office = await browser("dora@example.com");
  const eva = await browser("eva@example.com");
  const ctx = await mine.ctx();
  const items = await list(ctx);
  expect(items).toHaveLength(3);
  expect(items.filter(({ isCurrent }) => isCurrent)).toMatchObject([
    { userAgent: "Firefox/143", address: "192.0.2.7" },
  ]);
  const evas = (await list(await eva.ctx()))[0]!.id;
  await expect(endSession(ctx, evas)).rejects.toBeInstanceOf(NotFoundError);
  expect(await eva.user()).not.toBeNull();
  await endSession(ctx, items.find(({ userAgent }) => userAgent === "Chrome/140")!.id);
  expect([await mine.user(), await phone.user(), await office.user()].map(Boolean)).toEqual([
    true,
    false,
    true,
  ]);
  await endOtherSessions(ctx);
  expect([await mine.user(), await office.user(), await eva.user()].map(Boolean)).toEqual([
    true,
    false,
    true,
  ]);
});

test("A session that nobody uses is over; reading alone does not keep it, doing something does", async () => {
  await join("idle@example.com");
  const [mine, left] = [
    await browser("idle@example.com"),
    await browser("idle@example.com", { device: "left alone" }),
  ];
  const age = (minutes: number) =>
    db.sql`update sessions set last_seen_at = last_seen_at - ${minutes} * interval '1 minute'
      where user_id = (select id from users where email = 'idle@example.com')`;
  await age(IDLE_MINUTES - 5);
  await sessions.noteUse((await mine.user())!);
  // An open page reads on.
  for (let i = 0; i < 3; i++) expect(await left.user()).not.toBeNull();
  await age(10);
  expect(await left.user()).toBeNull();
  expect(await mine.user()).not.toBeNull();
  expect((await list(await mine.ctx())).map(({ userAgent }) => userAgent)).not.toContain("left alone");
});

test("Programs, and whoever comes in without a session, have no account", async () => {
  for (const actor of [
    {
      kind: "key" as const,
      id: "01890000-0000-7000-8000-000000000001",
      name: "key",
      rights: allRights,
      dailyRecipientsMax: null,
    },
    systemActor(),
    anonymousActor(true),
  ]) {
    const ctx = { ...admin, actor };
    await expect(listSessions(ctx, { idleMinutes: 1 })).rejects.toBeInstanceOf(ForbiddenError);
    await expect(endOtherSessions(ctx)).rejects.toBeInstanceOf(ForbiddenError);
    await expect(
      changePassword(ctx, { current_password: password, new_password: password }),
    ).rejects.toBeInstanceOf(ForbiddenError);
  }
});
