import { engineHealth } from "@/lib/http/health";
import { figuresText, METRICS_TYPE, processMetrics } from "@/lib/metrics";
import { readMetrics } from "@/lib/services/read-metrics";
import { context } from "../api/routes";

/** Figures for Prometheus: the whole installation's from the rows, and this process's own. Never an error: a scrape is asked most when parts are down. */
export async function GET(): Promise<Response> {
  const text = await figuresText(await readMetrics(context(), engineHealth));
  return new Response(`${text}\n${await processMetrics().metrics()}`, {
    headers: { "content-type": METRICS_TYPE, "cache-control": "no-store" },
  });
}

export const dynamic = "force-dynamic";
