import { notHandedOver, type Settlement, settleChunk, type Writes } from "@/db/sending/settle";
import { retry } from "@/lib/common/retry";
import type { Breaker } from "@/lib/domain/breaker";
import { postponeDelayMs, retryDelayMs } from "@/lib/domain/retry";
import { log } from "@/lib/log";
import { type Chunk, LEASE_MS } from "./claim-chunk";
import { acquit, type GatewayOutcome } from "./judge-outcome";
import type { SendingContext } from "./sending-context";

const PAUSE_MS_MIN = 50;
const PAUSE_MS_MAX = 2_000;

/** Its recipient has opted out since the claim: it is not written. */
export const optedOut = { kind: "opted_out" } as const;

/** What a chunk's messages came to, in the order of its ids. Undefined: never written. */
export type Outcomes = (GatewayOutcome | typeof optedOut | undefined)[];

/**
 * Writes the outcomes of a chunk's messages, and tries again until the lease ends. Messages that
 * were never handed over or were withheld are due again; their attempt does not count.
 */
export async function settleOutcomes(
  ctx: SendingContext,
  chunk: Chunk,
  outcomes: Outcomes,
  { breaker, isIdempotent, writes }: { breaker: Breaker; isIdempotent: boolean; writes?: Writes },
): Promise<void> {
  const settlements = chunk.ids.map((id, i) => {
    const outcome = outcomes[i];
    if (!outcome) return notHandedOver(id);
    const past = pastOf(chunk, i);
    if (outcome.kind === "opted_out") return notToBeWritten(id, past);
    if (chunk.lane.isTriedOnce) return finalOf(id, outcome);
    // Other messages may have been refused alike since.
    const judged = past.maybeSent ? outcome : acquit(breaker, outcome);
    return settlementOf(id, judged, past, isIdempotent, ctx.random());
  });
  const isReleased = outcomes.every((outcome) => outcome === undefined);
  const result = await retry(() => settleChunk(ctx.db.sql, chunk, settlements, isReleased, writes), {
    pause: {
      clock: ctx.clock,
      ms: (failures) => Math.min(PAUSE_MS_MIN * 2 ** (failures - 1), PAUSE_MS_MAX),
      untilMs: chunk.askedMs + LEASE_MS,
    },
    onFailure: (err) => log.warn({ err, chunk: chunk.no }, "settling failed and is tried again"),
  });
  if (result === "lost") log.warn({ chunk: chunk.no }, "a chunk's lease had run out before it was settled");
}

/** What a message has behind it. */
interface Past {
  attempts: number;
  postponed: number;
  /** The gateway may have taken it at an earlier hand-over. */
  maybeSent: boolean;
}

const pastOf = ({ attempts, postponed, maybeSent }: Chunk, i: number): Past => ({
  attempts: attempts?.[i] ?? 0,
  postponed: postponed?.[i] ?? 0,
  maybeSent: maybeSent?.[i] ?? false,
});

/**
 * A message that an earlier hand-over may have brought to the gateway stays unknown, with that
 * hand-over's code.
 */
export const notToBeWritten = (id: string, { maybeSent }: { maybeSent: boolean }): Settlement => ({
  ...settlement(id, maybeSent ? "unknown" : "skipped", maybeSent ? null : optedOut.kind),
  attempted: false,
});

/** What an outcome means for the message. */
export function settlementOf(
  id: string,
  outcome: GatewayOutcome,
  past: Past,
  isIdempotent: boolean,
  random: number,
): Settlement {
  switch (outcome.kind) {
    case "accepted":
      return settlement(id, "sent", null);
    case "rejected":
      // "I have it already" may be a refusal, too.
      return settlement(id, past.maybeSent ? "unknown" : "failed", outcome.code, past.maybeSent);
    case "misconfigured":
      return postponement(id, outcome.code, postponeDelayMs(past.postponed + 1, random));
    case "deferred":
      return postponement(
        id,
        outcome.code,
        postponeDelayMs(past.postponed + 1, random, outcome.retryAfterMs),
      );
    case "unknown": {
      // An idempotent gateway gets the same id again, so that the outcome becomes known.
      const delayMs = isIdempotent ? retryDelayMs(past.attempts + 1, random) : undefined;
      return settlement(id, delayMs === undefined ? "unknown" : "deferred", outcome.code, true, delayMs);
    }
  }
}

/** Of a test of a gateway: what it said, and no further try. */
export function finalOf(id: string, outcome: GatewayOutcome): Settlement {
  if (outcome.kind === "accepted") return settlement(id, "sent", null);
  return settlement(id, outcome.kind === "unknown" ? "unknown" : "failed", outcome.code);
}

/**
 * The gateway surely did not take the message, through no fault of the message. That costs no
 * attempt; when it is due again it stands behind others.
 */
const postponement = (id: string, error: string, delayMs: number): Settlement => ({
  ...settlement(id, "deferred", error, false, delayMs),
  attempted: false,
  postponed: true,
});

function settlement(
  id: string,
  status: Settlement["status"],
  error: string | null,
  maybeSent = false,
  delayMs = 0,
): Settlement {
  return { id, status, error, attempted: true, maybeSent, delayMs };
}
