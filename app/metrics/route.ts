import { context, plainRoutes } from "@/app/api/routes";
import { engineHealth } from "@/lib/http/health";
import { figuresText, METRICS_TYPE, processMetrics } from "@/lib/metrics";
import { systemActor } from "@/lib/services/context";
import { readMetrics } from "@/lib/services/health/read-metrics";

/**
 * Figures for Prometheus: the whole installation's from the rows, and this process's own. Never an
 * error of a part: a scrape is asked most when parts are down. A scraper on this machine needs no
 * key.
 */
async function answer(ctx = context()): Promise<Response> {
  const text = await figuresText(await readMetrics(ctx, engineHealth));
  return new Response(`${text}\n${await processMetrics().metrics()}`, {
    headers: { "content-type": METRICS_TYPE, "cache-control": "no-store" },
  });
}

const handlers = plainRoutes({ GET: ({ ctx }) => answer(ctx) });

export const GET: typeof handlers.GET = (request, next) =>
  request.headers.get("x-client-local") === "yes"
    ? answer({ ...context(), actor: systemActor() })
    : handlers.GET(request, next);

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = handlers;
export const dynamic = "force-dynamic";
