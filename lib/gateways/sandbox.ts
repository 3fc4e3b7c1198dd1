import type { DeliveryReceipt, Gateway, Outcome, OutgoingMessage } from "./gateway";

export interface SandboxOptions {
  /** The name by which operators refer to it. */
  name?: string;
  /** Gets the receipts that the sandbox makes up. */
  onReceipts: (receipts: DeliveryReceipt[]) => Promise<unknown>;
  /** How long a hand-over takes. */
  latencyMs?: number;
  /** The time from the hand-over to the receipt. */
  receiptMs?: number;
}

/** How the last four digits of a phone decide its outcome. The README lists them. */
const magic = { rejected: "0001", transient: "0002", undelivered: "0003", silent: "0004" };
const RECEIPTS_A_CALL_MAX = 1000;

/**
 * A gateway that sends nothing. It takes a message after `latencyMs` and reports it delivered after
 * `receiptMs`.
 */
export function sandboxGateway({
  name = "sandbox",
  onReceipts,
  latencyMs = 40,
  receiptMs = 1_000,
}: SandboxOptions): Gateway {
  const refusedOnce = new Set<string>();
  let receipts: DeliveryReceipt[] = [];
  let flushing: Promise<unknown> = Promise.resolve();
  const timer = setInterval(flush, 250);
  timer.unref();

  function flush() {
    if (receipts.length === 0) return flushing;
    const batch = receipts.slice(0, RECEIPTS_A_CALL_MAX);
    receipts = receipts.slice(RECEIPTS_A_CALL_MAX);
    // Offer a receipt that could not be stored again, as a real gateway would.
    flushing = flushing.then(() => onReceipts(batch)).catch(() => receipts.push(...batch));
    return flushing;
  }

  function outcomeOf({ id, phone }: OutgoingMessage): Outcome {
    const digits = phone.slice(-4);
    if (digits === magic.rejected) return { kind: "rejected", code: "unknown_subscriber" };
    if (digits === magic.transient && !refusedOnce.has(id)) {
      refusedOnce.add(id);
      if (refusedOnce.size > 10_000) refusedOnce.clear();
      return { kind: "deferred", code: "busy", retryAfterMs: 1_000 };
    }
    if (digits !== magic.silent) {
      const undelivered = digits === magic.undelivered;
      setTimeout(() => {
        receipts.push({
          id,
          status: undelivered ? "undelivered" : "delivered",
          error: undelivered ? "absent_subscriber" : null,
        });
      }, receiptMs).unref();
    }
    return { kind: "accepted" };
  }

  return {
    name,
    connectionsMax: 1_000,
    idempotent: false,
    send(handOver) {
      if (!handOver.go()) return handOver.over({ kind: "withheld" });
      setTimeout(() => handOver.over(outcomeOf(handOver.message)), latencyMs);
    },
    async close() {
      clearInterval(timer);
      while (receipts.length > 0) await flush();
      await flushing;
    },
  };
}
