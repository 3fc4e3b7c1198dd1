import { openDb } from "@/db/client";
import { type Env, gatewayChoices } from "@/lib/env";
import { anonymousActor, type Context } from "./context";

/**
 * The web side of one process, with a pool of its own. Its actor is anonymous; each request brings
 * its own.
 */
export function openContext(env: Env, announce: Context["announce"]): Context {
  return {
    db: openDb(env.DATABASE_URL, { max: 10, name: "carillon web" }),
    now: () => new Date(),
    actor: anonymousActor(env.AUTH !== "required", env.DAILY_RECIPIENTS_MAX ?? null),
    country: env.DEFAULT_COUNTRY,
    ...(env.CURRENCY !== undefined && { currency: env.CURRENCY }),
    gateways: gatewayChoices(env),
    announce,
  };
}
