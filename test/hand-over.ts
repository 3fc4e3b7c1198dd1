import type { Gateway, Outcome, OutgoingMessage } from "@/lib/gateways/gateway";

/** Hands one message over, and resolves with what came of it. */
export function handOver(gateway: Gateway, message: OutgoingMessage, written = () => {}): Promise<Outcome> {
  return new Promise((over) => gateway.send({ message, written, over }));
}
