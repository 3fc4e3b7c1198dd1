import { Gauge, Histogram } from "prom-client";
import { processMetrics } from "@/lib/metrics";
import type { Gateway } from "./gateway";

/** Measures gateways: the time each hand-over takes by what came of it, and how many are open. */
export function createMeter(): (gateway: Gateway) => Gateway {
  const registers = [processMetrics()];
  const seconds = new Histogram({
    name: "carillon_gateway_duration_seconds",
    help: "Time from handing a message over to the gateway's answer",
    labelNames: ["gateway", "outcome"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  });
  const open = new Gauge({
    name: "carillon_gateway_in_flight",
    help: "Hand-overs that wait for an answer",
    labelNames: ["gateway"],
    registers,
  });
  const places = new Gauge({
    name: "carillon_gateway_connections_max",
    help: "Hand-overs that may be open at once",
    labelNames: ["gateway"],
    registers,
  });
  const metered = new Map<Gateway, Gateway>();
  const meter = (gateway: Gateway): Gateway => {
    const { name } = gateway;
    const inFlight = open.labels(name);
    inFlight.set(0);
    places.set({ gateway: name }, gateway.connectionsMax);
    return {
      name,
      connectionsMax: gateway.connectionsMax,
      idempotent: gateway.idempotent,
      close: () => gateway.close(),
      async send(message, written) {
        const startedMs = performance.now();
        inFlight.inc();
        const outcome = await gateway.send(message, written);
        inFlight.dec();
        seconds.labels(name, outcome.kind).observe((performance.now() - startedMs) / 1000);
        return outcome;
      },
    };
  };
  return (gateway) => {
    const known = metered.get(gateway) ?? meter(gateway);
    metered.set(gateway, known);
    return known;
  };
}
