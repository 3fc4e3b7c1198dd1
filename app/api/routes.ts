import { env, hasSandbox, publicUrl } from "@/lib/env";
import { createOperationRoutes } from "@/lib/http/operations";
import { HttpError } from "@/lib/http/problem";
import { createRoutes } from "@/lib/http/routes";
import { bearerOf, isOwnOrigin } from "@/lib/http/security";
import { announce } from "@/lib/inngest/announce";
import { announceLater } from "@/lib/inngest/announce-later";
import { identify, type SignedIn } from "@/lib/services/access/identify";
import { createRequestLimit } from "@/lib/services/access/limit-requests";
import { openSessions, type Sessions } from "@/lib/services/access/open-sessions";
import { type Context, cameFrom } from "@/lib/services/context";
import { openContext } from "@/lib/services/open-context";

/** One of each a process, also when a reload evaluates this module again. */
const kept = globalThis as {
  carillonContext?: Context;
  carillonSessions?: Sessions;
  carillonRequestLimit?: ReturnType<typeof createRequestLimit>;
};

/** The process's own context, before anybody has said who they are. */
export function context(): Context {
  kept.carillonContext ??= openContext(env(), announceLater(announce));
  return kept.carillonContext;
}

/** Those who are signed in; null where there is no sign-in. */
export function sessions(): Sessions | null {
  const settings = env();
  if (settings.AUTH !== "required") return null;
  const { AUTH_SECRET: secret } = settings;
  if (!secret)
    throw new Error(
      "AUTH=required needs AUTH_SECRET: `npm start` makes one, or set one of at least 32 characters.",
    );
  kept.carillonSessions ??= openSessions(context().db, {
    secret,
    publicUrl: publicUrl(settings),
    idleMinutes: settings.SESSION_IDLE_MINUTES,
  });
  return kept.carillonSessions;
}

/** For what there is with sign-in alone. @throws HttpError 404 */
export function requireSessions(): Sessions {
  const opened = sessions();
  if (!opened) throw new HttpError(404, "not-found");
  return opened;
}

async function sessionOf(request: Request): Promise<SignedIn | null> {
  const user = (await sessions()?.userOf(request.headers)) ?? null;
  // Pages read anew by themselves, for as long as they are open: reading is no sign of somebody in
  // front of them.
  if (user && request.method !== "GET" && request.method !== "HEAD") await sessions()?.noteUse(user);
  return user;
}

/**
 * Makes the exports of a route file that the API's document does not have. Cookies count when one
 * of our own pages sends them; a program sends a key.
 */
export const plainRoutes = createRoutes({
  anonymous: (origin) => cameFrom(context(), origin),
  count: (ctx) => {
    kept.carillonRequestLimit ??= createRequestLimit(context().db.sql, env().API_REQUESTS_PER_MINUTE);
    return kept.carillonRequestLimit(ctx);
  },
  of: (request, origin) =>
    identify(cameFrom(context(), origin), {
      bearer: bearerOf(request),
      session: async () => (isOwnOrigin(request) ? sessionOf(request) : null),
    }),
});

/** Makes the exports of a route file by the operations that it handles. */
export const routes = createOperationRoutes(plainRoutes, (part) =>
  part === "sign-in" ? sessions() !== null : hasSandbox(env()),
);
