import { betterAuth } from "better-auth";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { v7 as uuidv7 } from "uuid";
import { noteSessionUse } from "@/db/access/sessions";
import { findPasswordHash, replacePasswordHash } from "@/db/access/users";
import type { Db } from "@/db/client";
import * as schema from "@/db/schema";
import type { SignIn } from "@/lib/contract/access/user";
import { UnauthenticatedError } from "@/lib/domain/errors";
import { type Role, roles } from "@/lib/domain/rights";
import { log } from "@/lib/log";
import type { SignedIn } from "./identify";
import { createKnownDevices } from "./known-device";
import { createSignInLimit, type SignInLimits } from "./limit-sign-in";
import { hashPassword, isOutdated, verifyPassword } from "./passwords";

/**
 * The header in which the web server puts a request's address. The server overwrites what a client
 * sends.
 */
export const ADDRESS_HEADER = "x-client-address";

const SESSION_S = 14 * 86_400;
/** A session's use is noted once a minute at most. */
const USE_NOTED_MS = 60_000;

export interface Sessions {
  /**
   * Begins a session. @returns the headers that set its cookie @throws UnauthenticatedError,
   * TooManyAttemptsError
   */
  signIn(input: SignIn, request: Headers): Promise<Headers>;
  /** Ends it, if there is one. @returns the headers that take its cookie away */
  signOut(request: Headers): Promise<Headers>;
  /**
   * The user of the cookie's session; null when there is none, it is over or unused for too long,
   * or its user is shut out.
   */
  userOf(request: Headers): Promise<SignedIn | null>;
  /**
   * Notes that the user did something, so the session goes on. The polls of an open page do not
   * count.
   */
  noteUse(user: SignedIn): Promise<void>;
}

/**
 * Signing in with an e-mail address and a password. Sign-up is closed: users come by invitation
 * (accept-invitation.ts).
 * @param publicUrl where browsers reach Carillon; cookies are `Secure` when it is https
 * @param idleMinutes how long a session may go unused
 */
export function openSessions(
  { orm, sql }: Db,
  {
    secret,
    publicUrl,
    limits,
    idleMinutes = 480,
  }: { secret: string; publicUrl: string; limits?: SignInLimits; idleMinutes?: number },
): Sessions {
  const isSecure = publicUrl.startsWith("https:");
  const devices = createKnownDevices({ secret, isSecure });
  const limit = createSignInLimit(sql, limits);
  const auth = betterAuth({
    appName: "Carillon",
    baseURL: publicUrl,
    basePath: "/api/auth",
    secret,
    telemetry: { enabled: false },
    logger: { log: (level, message) => log[level]({ part: "sign-in" }, message) },
    database: drizzleAdapter(orm, {
      provider: "pg",
      schema: {
        user: schema.users,
        session: schema.sessions,
        account: schema.accounts,
        verification: schema.verifications,
      },
    }),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      password: { hash: hashPassword, verify: verifyPassword },
    },
    user: {
      additionalFields: {
        role: { type: "string", input: false, required: true },
        disabledAt: { type: "date", input: false, required: false },
      },
    },
    session: {
      expiresIn: SESSION_S,
      disableSessionRefresh: true,
      cookieCache: { enabled: false },
      additionalFields: { lastSeenAt: { type: "date", input: false, required: false } },
    },
    // Our own limit tells guessers from owners.
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix: "carillon",
      useSecureCookies: isSecure,
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax" },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      database: { generateId: () => uuidv7() },
    },
  });

  /** lib/http has checked the origin already; only requests to our own addresses come here. */
  const ask = (path: string, headers: Headers, body: unknown) => {
    const passed = new Headers({ "content-type": "application/json", origin: new URL(publicUrl).origin });
    for (const name of ["cookie", "user-agent", ADDRESS_HEADER]) {
      const value = headers.get(name);
      if (value !== null) passed.set(name, value);
    }
    return auth.handler(
      new Request(new URL(`/api/auth${path}`, publicUrl), {
        method: "POST",
        headers: passed,
        body: JSON.stringify(body),
      }),
    );
  };

  return {
    async signIn({ email, password }, headers) {
      const attempt = {
        email,
        address: headers.get(ADDRESS_HEADER) ?? "",
        device: devices.of(email, headers),
      };
      await limit.count(attempt);
      const response = await ask("/sign-in/email", headers, { email, password });
      if (response.status >= 500) throw new Error(`sign-in answered ${response.status}`);
      if (!response.ok) throw new UnauthenticatedError("wrong_password");
      const cookies = cookiesOf(response);
      // A user who is shut out learns no more than that it did not work.
      const sent = new Headers({ cookie: sentBack(cookies) });
      const user = await userOf(sent);
      if (!user) {
        await ask("/sign-out", sent, {});
        throw new UnauthenticatedError("wrong_password");
      }
      await limit.forgive(attempt);
      await renewHash(user.id, password);
      cookies.append("set-cookie", devices.cookie(email));
      return cookies;
    },
    signOut: async (headers) => cookiesOf(await ask("/sign-out", headers, {})),
    userOf,
    async noteUse({ session, lastSeenAt }) {
      if (Date.now() - lastSeenAt.getTime() > USE_NOTED_MS) await noteSessionUse(sql, session);
    },
  };

  /** An older, cheaper hash is renewed while the password is in hand. */
  async function renewHash(userId: string, password: string): Promise<void> {
    const old = await findPasswordHash(sql, userId);
    if (old && isOutdated(old)) await replacePasswordHash(sql, userId, old, await hashPassword(password));
  }

  async function userOf(headers: Headers): Promise<SignedIn | null> {
    if (!headers.has("cookie")) return null;
    const found = await auth.api.getSession({ headers });
    const role = roles.find((each) => each === found?.user.role) as Role | undefined;
    if (!found || !role || found.user.disabledAt) return null;
    const { user, session } = found;
    const lastSeenAt = new Date(session.lastSeenAt ?? session.createdAt);
    if (Date.now() - lastSeenAt.getTime() > idleMinutes * 60_000) return null;
    return { id: user.id, name: user.name, email: user.email, role, session: session.id, lastSeenAt };
  }
}

function cookiesOf(response: Response): Headers {
  const headers = new Headers();
  for (const cookie of response.headers.getSetCookie()) headers.append("set-cookie", cookie);
  return headers;
}

/** The cookies as a browser would send them. */
const sentBack = (headers: Headers) =>
  headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
