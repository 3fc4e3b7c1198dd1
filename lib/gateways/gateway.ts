/**
 * Gateways: the port to what really transmits, and its implementations.
 *
 * `sandbox.ts` sends nothing, `http.ts` and `twilio.ts` speak two wire formats over
 * `connections.ts`. Webhooks go by `guarded-post.ts`, which is no gateway: it posts to addresses
 * that users typed.
 *
 * A hand-over. Sending calls `send` with a {@link HandOver} and goes on: no promise is made for a
 * message. The gateway calls back twice:
 *
 *   send ──► go? ── yes ──► written ──► over (accepted, rejected, deferred, misconfigured, unknown)
 *             └──── no ───────────────► over (withheld)
 *
 * `go` comes in the moment of writing, after whatever had to be opened first. It keeps the
 * operator's rate, the window and the stop. `over` comes once, frees the place, and may hand the
 * next message over within the call.
 *
 * Connections. A gateway has `connectionsMax` of them, each with one hand-over at a time, so that
 * each fails alone. The one that was free last is used first: it is open. A paced message has 18
 * ms: it takes an open connection or is withheld, and `prepare` opens connections before its time,
 * as many as the rate and the gateway's latency ask for. One that lay idle for 2 s is closed.
 *
 * Names. An operator names its gateway; `gatewayOf` finds it among those of `SMS_GATEWAY*` or
 * `GATEWAYS_FILE` (`settings.ts`). Replies come to `/api/v1/inbound/{name}/`, receipts to
 * `/api/v1/receipts/{name}/`, each in its kind's shape and signature; a sandbox reports within its
 * own process. A receipt settles only what that gateway was given.
 *
 * Validity. Each hand-over says until when the message is worth delivering, the window's end. Chunk
 * and retry remember it (`valid_until`), so that a repeat is the same word for word.
 *
 * Failures. What was surely not written is `deferred` (or `misconfigured`, for a certificate that
 * is not trusted) and may be tried again. What was written and has no answer is `unknown`: it may
 * have been taken, and only an idempotent gateway is asked again, with the same id. Once the status
 * is there it decides; the body adds a code at most. A client that gives neither an answer nor an
 * error is replaced.
 *
 * `outcome.ts` has the table from statuses and errors to outcomes. Whose fault a code is, and
 * whether it opens the breaker, is the consumer's to say (`lib/domain/refusals.ts`).
 */

export interface OutgoingMessage {
  /**
   * The client message id in decimal; may exceed 2^53, so it stays text. The same message always
   * carries the same id.
   */
  id: string;
  /** E.164, with "+". */
  phone: string;
  text: string;
  /** Whom it is from, of the gateway's senders; null: its first, or none. */
  sender?: string | null;
  /**
   * When it stops being worth delivering; ms since the epoch. A repeat of the same id carries what
   * the first hand-over said.
   */
  validUntilMs: number;
  /** Milliseconds from this hand-over until then, by the clock that decides about sending. */
  validForMs: number;
}

/** How a hand-over ended. `code` is stable, short and fit to be shown. */
export type Outcome =
  | { kind: "accepted" }
  /** Never will be: permanent. */
  | { kind: "rejected"; code: string }
  /** Surely not taken, may be later. `retryAfterMs`: the gateway said when. */
  | { kind: "deferred"; code: string; retryAfterMs?: number }
  /**
   * Surely not taken, because of our own configuration (an expired token, a wrong address): says
   * nothing about the message.
   */
  | { kind: "misconfigured"; code: string }
  /** The answer was lost: it may have been taken. */
  | { kind: "unknown"; code: string }
  /** It was never written: {@link HandOver.go} forbade it. */
  | { kind: "withheld" };

/**
 * A message on its way. The gateway reports its moments by calls: a promise a message would cost as
 * much as everything else that is asked before it goes.
 */
export interface HandOver {
  readonly message: OutgoingMessage;
  /**
   * It has a time to be written in: it goes on a connection that is open already, or is withheld.
   */
  readonly isPaced?: boolean;
  /**
   * The gateway asks in the moment of writing, after whatever had to be opened for it, and not
   * again once it was written. False: it must not go any more, nothing is written, and it is over
   * as `withheld`. This moment keeps the operator's rate.
   */
  go(): boolean;
  /**
   * Its outcome is known, and its place is free: another message may be handed over within this
   * very call. Called once; never throws.
   */
  over(outcome: Outcome): void;
}

export interface Gateway {
  name: string;
  /** How many hand-overs may be open at once. */
  connectionsMax: number;
  /**
   * A message whose outcome is unknown may be handed over again with the same id without being sent
   * twice.
   */
  idempotent: boolean;
  /** Paced messages are about to come: so many connections are to be open by then. */
  prepare?(connections: number): void;
  /** Hands one message over. Never throws. */
  send(handOver: HandOver): void;
  close(): Promise<void>;
}

/** A delivery report. `id` is the client message id. */
export interface DeliveryReceipt {
  id: string;
  status: "delivered" | "undelivered";
  error: string | null;
}
