import { env } from "@/lib/env";
import { createRoutes } from "@/lib/http/routes";
import { announce } from "@/lib/inngest/announce";
import type { Context } from "@/lib/services/context";
import { openContext } from "@/lib/services/open-context";

/** One pool a process, also when a reload evaluates this module again. */
const kept = globalThis as { carillonContext?: Context };

export function context(): Context {
  kept.carillonContext ??= openContext(env(), announce);
  return kept.carillonContext;
}

/** Makes the exports of a route file. */
export const routes = createRoutes(context);
