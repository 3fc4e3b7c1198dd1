/**
 * Gateways: the port to the services that transmit messages, and its implementations.
 *
 * `sandbox.ts` sends nothing. `http.ts` and `twilio.ts` implement two wire formats over
 * `connections.ts`. `guarded-post.ts` is not a gateway: it posts webhooks to addresses that users
 * typed. A new gateway is a file here that implements {@link Gateway}, and a kind in `settings.ts`.
 *
 * Hand-over. The worker calls `send` with a {@link HandOver} and goes on: there is no promise for
 * each message. The gateway calls back twice:
 *
 *   send ──► go? ── yes ──► written ──► over (accepted, rejected, deferred, misconfigured, unknown)
 *             └──── no ───────────────► over (withheld)
 *
 * The gateway calls `go` in the moment of writing, after it has opened a connection. There the
 * worker keeps the operator's rate, the window and the stop. The gateway calls `over` once. That
 * frees the connection, and the worker may hand over the next message within the call.
 *
 * Connections. A gateway has `connectionsMax` connections. Each has one hand-over at a time, so a
 * failure affects one message. The connection that became free last is used first: it is open. A
 * paced message has 18 ms, so it takes an open connection or is withheld. `prepare` opens
 * connections in advance, as many as the rate and the gateway's latency require. A connection that
 * lay idle for 2 s is closed.
 *
 * Names. An operator names its gateway, and `gatewayOf` finds it in `SMS_GATEWAY*` or
 * `GATEWAYS_FILE` (`settings.ts`). Replies arrive at `/api/v1/inbound/{name}/` and receipts at
 * `/api/v1/receipts/{name}/`, in the shape and with the signature of the gateway's kind. The
 * sandbox reports within its own process. A receipt settles only messages of the gateway that sent
 * it.
 *
 * Validity. Each hand-over says until when the message is worth delivering: the end of the window.
 * The chunk and the retry store this instant (`valid_until`), so that a repeated request is
 * identical.
 *
 * Failures. A message that surely was not written is `deferred` and may be tried again
 * (`misconfigured`, when we do not trust the gateway's certificate). A message that was written and
 * not answered is `unknown`: the gateway may have taken it. Only an idempotent gateway gets it
 * again, with the same id. Once the answer's status is there it decides the outcome; the body adds
 * a code at most. A client that gives neither an answer nor an error is replaced.
 *
 * `outcome.ts` turns statuses and errors into outcomes. `lib/domain/refusals.ts` says whose fault a
 * code is; the caller decides whether it trips the breaker.
 */

export interface OutgoingMessage {
  /**
   * Our id of the message, in decimal. It stays text because it may exceed 2^53. A message always
   * keeps its id.
   */
  id: string;
  /** E.164, with "+". */
  phone: string;
  text: string;
  /** The sender, one of the gateway's; null: the gateway's first, or none. */
  sender?: string | null;
  /**
   * When the message stops being worth delivering, in ms since the epoch. A repeat with the same id
   * has the same instant.
   */
  validUntilMs: number;
  /** Milliseconds from this hand-over to that instant, by the clock that decides about sending. */
  validForMs: number;
}

/** How a hand-over ended. `code` is stable, short and fit to show to users. */
export type Outcome =
  | { kind: "accepted" }
  /** The gateway will never take it. */
  | { kind: "rejected"; code: string }
  /** The gateway has not taken it, but may later. `retryAfterMs`: when, if the gateway said so. */
  | { kind: "deferred"; code: string; retryAfterMs?: number }
  /**
   * The gateway has not taken it because of our configuration (an expired token, a wrong address).
   * This says nothing about the message.
   */
  | { kind: "misconfigured"; code: string }
  /** The answer was lost. The gateway may have taken the message. */
  | { kind: "unknown"; code: string }
  /** The message was never written: {@link HandOver.go} forbade it. */
  | { kind: "withheld" };

/**
 * A message on its way. The gateway calls back instead of returning a promise: a promise for each
 * message would cost as much as all other checks before it.
 */
export interface HandOver {
  readonly message: OutgoingMessage;
  /** The message has a time to be written at. It goes on an open connection, or is withheld. */
  readonly isPaced?: boolean;
  /**
   * May the message go now? The gateway asks in the moment of writing, when the connection is open,
   * and only once. When the answer is false it writes nothing and reports `withheld`. This keeps
   * the operator's rate.
   */
  go(): boolean;
  /**
   * Reports the outcome. The connection is free: the callback may hand over another message at
   * once. Called once; never throws.
   */
  over(outcome: Outcome): void;
}

export interface Gateway {
  name: string;
  /** The most hand-overs at once. */
  connectionsMax: number;
  /**
   * A message with an unknown outcome may be handed over again with the same id: it is not sent
   * twice.
   */
  idempotent: boolean;
  /** Opens so many connections for paced messages that come soon. */
  prepare?(connections: number): void;
  /** Hands one message over. Never throws. */
  send(handOver: HandOver): void;
  close(): Promise<void>;
}

/** A delivery report. `id` is our id of the message. */
export interface DeliveryReceipt {
  id: string;
  status: "delivered" | "undelivered";
  error: string | null;
}
