import { figuresText, histogramOf, processMetrics } from "@/lib/metrics";
import type { Semaphore } from "./semaphore";
import type { SendingContext } from "./sending-context";

/** Measures every further hand-over of this process: its duration, by outcome. */
export function measureGateways<T extends SendingContext>(ctx: T): T {
  const seconds = histogramOf({
    name: "carillon_gateway_duration_seconds",
    help: "Time from handing a message over to the gateway's answer",
    labelNames: ["gateway", "outcome"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  });
  // Looking labels up costs more than counting.
  const known = new Map<string, Record<string, ReturnType<typeof seconds.labels>>>();
  const measure: SendingContext["measure"] = (gateway, outcome, tookMs) => {
    const byOutcome = known.get(gateway) ?? {};
    byOutcome[outcome] ??= seconds.labels(gateway, outcome);
    byOutcome[outcome].observe(tookMs / 1000);
    known.set(gateway, byOutcome);
  };
  return { ...ctx, measure };
}

/**
 * A worker's own figures, in the text format of Prometheus. @param inFlight pieces of work that a
 * stop would wait for
 */
export async function workerMetricsText(ctx: SendingContext, inFlight: number): Promise<string> {
  const nowMs = ctx.clock.now();
  const breakers = ctx.breakers.all().map(({ gateway, operatorNo, state }) => ({
    labels: { gateway, operator_no: String(operatorNo) },
    value: state.trips > 0 || state.openUntilMs > nowMs ? 1 : 0,
  }));
  const places = (value: (of: Semaphore) => number) =>
    [...ctx.semaphores].map(([gateway, of]) => ({ labels: { gateway }, value: value(of) }));
  const figures = await figuresText([
    {
      name: "carillon_gateway_in_flight",
      help: "Hand-overs that wait for an answer",
      values: places(({ taken }) => taken),
    },
    {
      name: "carillon_gateway_connections_max",
      help: "Hand-overs that may be open at once",
      values: places(({ max }) => max),
    },
    {
      name: "carillon_breaker_open",
      help: "1 while a gateway refuses what goes to an operator",
      values: breakers,
    },
    {
      name: "carillon_turns_in_flight",
      help: "Turns whose messages are still waited for",
      values: [{ value: inFlight }],
    },
  ]);
  return `${figures}\n${await processMetrics().metrics()}`;
}
