import { env } from "@/lib/env";
import { createRoutes } from "@/lib/http/routes";
import { bearerOf } from "@/lib/http/security";
import { announce } from "@/lib/inngest/announce";
import type { Context } from "@/lib/services/context";
import { identify } from "@/lib/services/identify";
import { openContext } from "@/lib/services/open-context";

/** One pool a process, also when a reload evaluates this module again. */
const kept = globalThis as { carillonContext?: Context };

/** The process's own context, before anybody has said who they are. */
export function context(): Context {
  kept.carillonContext ??= openContext(env(), announce);
  return kept.carillonContext;
}

/** Makes the exports of a route file. */
export const routes = createRoutes({
  anonymous: context,
  of: (request) => identify(context(), { bearer: bearerOf(request), session: async () => null }),
});
