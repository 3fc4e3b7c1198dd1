import { betterAuth } from "better-auth";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { v7 as uuidv7 } from "uuid";
import type { Db } from "@/db/client";
import { countAttempt, forgetAttempts } from "@/db/rate-limits";
import * as schema from "@/db/schema";
import type { SignIn } from "@/lib/contract/user";
import { TooManyAttemptsError, UnauthenticatedError } from "@/lib/domain/errors";
import { type Role, roles } from "@/lib/domain/rights";
import { log } from "@/lib/log";
import type { SignedIn } from "./identify";
import { sha256 } from "./secrets";

/** The header in which the web server says from where a request comes. It sets it itself, whatever a client sends. */
export const ADDRESS_HEADER = "x-client-address";

const SESSION_S = 14 * 86_400;
const WINDOW_S = 15 * 60;
/** A password is tried this often in a window, from wherever; who signs in clears it. */
const ATTEMPTS_BY_ACCOUNT = 10;
/** Many people may share an address. */
const ATTEMPTS_BY_ADDRESS = 50;

export interface Sessions {
  /** Begins a session. @returns the headers that set its cookie @throws UnauthenticatedError, TooManyAttemptsError */
  signIn(input: SignIn, request: Headers): Promise<Headers>;
  /** Ends it, if there is one. @returns the headers that take its cookie away */
  signOut(request: Headers): Promise<Headers>;
  /** Whose session the cookie is; null when it is nobody's, over, or of somebody who is shut out. */
  userOf(request: Headers): Promise<SignedIn | null>;
}

/**
 * Signing in with an e-mail address and a password. Sign-up is closed: users come by invitation (accept-invitation.ts).
 * @param publicUrl where browsers reach Carillon; cookies are `Secure` when it is https
 */
export function openSessions({ orm, sql }: Db, { secret, publicUrl }: { secret: string; publicUrl: string }): Sessions {
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
        rateLimit: schema.rateLimits,
      },
    }),
    emailAndPassword: { enabled: true, disableSignUp: true },
    user: {
      additionalFields: {
        role: { type: "string", input: false, required: true },
        disabledAt: { type: "date", input: false, required: false },
      },
    },
    session: { expiresIn: SESSION_S, disableSessionRefresh: true, cookieCache: { enabled: false } },
    rateLimit: {
      enabled: true,
      storage: "database",
      window: WINDOW_S,
      max: 1_000,
      customRules: { "/sign-in/email": { window: WINDOW_S, max: ATTEMPTS_BY_ADDRESS } },
    },
    advanced: {
      cookiePrefix: "carillon",
      useSecureCookies: publicUrl.startsWith("https:"),
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax" },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      database: { generateId: () => uuidv7() },
    },
  });

  /** Our own addresses are the only ones that reach this: where a request comes from is judged in lib/http. */
  const ask = (path: string, headers: Headers, body: unknown) => {
    const passed = new Headers({ "content-type": "application/json", origin: new URL(publicUrl).origin });
    for (const name of ["cookie", "user-agent", ADDRESS_HEADER]) {
      const value = headers.get(name);
      if (value !== null) passed.set(name, value);
    }
    return auth.handler(
      new Request(new URL(`/api/auth${path}`, publicUrl), { method: "POST", headers: passed, body: JSON.stringify(body) }),
    );
  };

  return {
    async signIn({ email, password }, headers) {
      const account = `account|${sha256(email)}`;
      const { count, leftS } = await countAttempt(sql, account, WINDOW_S);
      if (count > ATTEMPTS_BY_ACCOUNT) throw new TooManyAttemptsError(leftS);
      const response = await ask("/sign-in/email", headers, { email, password });
      if (response.status === 429) throw new TooManyAttemptsError(Number(response.headers.get("x-retry-after")) || WINDOW_S);
      if (response.status >= 500) throw new Error(`sign-in answered ${response.status}`);
      if (!response.ok) throw new UnauthenticatedError("wrong_password");
      const cookies = cookiesOf(response);
      // Who is shut out learns no more than that it did not work.
      const sent = new Headers({ cookie: sentBack(cookies) });
      if (!(await userOf(sent))) {
        await ask("/sign-out", sent, {});
        throw new UnauthenticatedError("wrong_password");
      }
      await forgetAttempts(sql, account);
      return cookies;
    },
    signOut: async (headers) => cookiesOf(await ask("/sign-out", headers, {})),
    userOf,
  };

  async function userOf(headers: Headers): Promise<SignedIn | null> {
    if (!headers.has("cookie")) return null;
    const user = (await auth.api.getSession({ headers }))?.user;
    const role = roles.find((each) => each === user?.role) as Role | undefined;
    if (!user || !role || user.disabledAt) return null;
    return { id: user.id, name: user.name, email: user.email, role };
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
