import {
  type Breaker,
  isSuspected,
  recordNumberRefused,
  recordRefusal,
  recordRejection,
  recordTaken,
  works,
} from "@/lib/domain/breaker";
import { faultOf } from "@/lib/domain/refusals";
import type { Outcome } from "@/lib/gateways/gateway";

/** The outcome of a message that was handed over. */
export type GatewayOutcome = Exclude<Outcome, { kind: "withheld" }>;

/** A message on its way. */
interface HandedOver {
  nowMs: number;
  handedOverMs: number;
  /** An earlier hand-over of it may have been taken. */
  maybeSent: boolean;
}

/**
 * What an outcome says of the gateway, and what it is for the message. A lost answer counts with
 * the refusals: a gateway that never answers must not make a whole audience unknown.
 */
export function judgeOutcome(
  breaker: Breaker,
  outcome: GatewayOutcome,
  { nowMs, handedOverMs, maybeSent }: HandedOver,
): { breaker: Breaker; outcome: GatewayOutcome } {
  if (outcome.kind === "accepted") return { breaker: recordTaken(breaker), outcome };
  const { code } = outcome;
  const fault = faultOf(code);
  // It may hold for some numbers only: while it takes others, the message is refused and not we.
  if (
    outcome.kind === "rejected" ||
    (outcome.kind === "misconfigured" && fault === "route" && works(breaker))
  ) {
    // "I have it already" may be a refusal, too.
    if (maybeSent) return { breaker: recordTaken(breaker), outcome };
    if (fault === "number" || fault === "opted_out")
      return { breaker: recordNumberRefused(breaker), outcome };
    const after = recordRejection(breaker, nowMs, handedOverMs, code);
    return { breaker: after, outcome: acquit(after, { kind: "rejected", code }) };
  }
  return {
    breaker: recordRefusal(breaker, nowMs, handedOverMs, code, outcome.kind === "misconfigured"),
    outcome,
  };
}

/**
 * Every other message had this refusal, too: it is not this message's fault, so the message waits
 * and does not fail.
 */
export function acquit(breaker: Breaker, outcome: GatewayOutcome): GatewayOutcome {
  if (outcome.kind !== "rejected" || !isSuspected(breaker, outcome.code)) return outcome;
  return { kind: "misconfigured", code: outcome.code };
}
