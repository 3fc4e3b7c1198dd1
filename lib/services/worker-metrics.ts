import { createMeter } from "@/lib/gateways/metered";
import { figuresText, processMetrics } from "@/lib/metrics";
import type { SendingContext } from "./sending-context";

/** From now on every hand-over of this process is measured. */
export function measureGateways<T extends SendingContext>(ctx: T): T {
  const meter = createMeter();
  return { ...ctx, gatewayOf: (name) => meter(ctx.gatewayOf(name)) };
}

/** A worker's own figures, in the text format of Prometheus. @param inTheAir pieces of work that a stop would wait for */
export async function workerMetricsText(ctx: SendingContext, inTheAir: number): Promise<string> {
  const nowMs = ctx.clock.now();
  const breakers = [...ctx.breakers].map(([key, breaker]) => {
    const at = key.lastIndexOf("/");
    return {
      labels: { gateway: key.slice(0, at), operator_no: key.slice(at + 1) },
      value: breaker.trips > 0 || breaker.openUntilMs > nowMs ? 1 : 0,
    };
  });
  const figures = await figuresText([
    { name: "carillon_breaker_open", help: "1 while a gateway refuses what goes to an operator", values: breakers },
    { name: "carillon_turns_in_the_air", help: "Turns whose messages are still waited for", values: [{ value: inTheAir }] },
  ]);
  return `${figures}\n${await processMetrics().metrics()}`;
}
