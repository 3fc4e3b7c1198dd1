import type { Gateway, Outcome, OutgoingMessage } from "@/lib/gateways/gateway";

/**
 * Hands one message over, and resolves with what came of it. @param go asked before it is written
 */
export function handOver(gateway: Gateway, message: OutgoingMessage, go = () => true): Promise<Outcome> {
  return new Promise((over) => gateway.send({ message, go, over }));
}
