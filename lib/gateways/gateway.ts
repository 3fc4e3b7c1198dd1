/** The port to whatever really transmits. Declared here, by its consumer: sending. */

export interface OutgoingMessage {
  /** The client message id in decimal; may exceed 2^53, so it stays text. The same message always carries the same id. */
  id: string;
  /** E.164, with "+". */
  phone: string;
  text: string;
  /** When it stops being worth delivering; ms since the epoch. A repeat of the same id carries what the first hand-over said. */
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
  /** Surely not taken, because of our own configuration (an expired token, a wrong address): says nothing about the message. */
  | { kind: "misconfigured"; code: string }
  /** The answer was lost: it may have been taken. */
  | { kind: "unknown"; code: string }
  /** It was never written: {@link HandOver.go} forbade it. */
  | { kind: "withheld" };

/**
 * A message on its way, told of its moments by the gateway: by calls, for a promise a message costs as much as everything else that is asked
 * before it goes.
 */
export interface HandOver {
  readonly message: OutgoingMessage;
  /** It has a time to be written in: it goes on a connection that is open already, or is withheld. */
  readonly isPaced?: boolean;
  /**
   * Asked in the moment in which it would be written, after whatever had to be opened for it, and not again once it was. False: it must not go
   * any more, nothing is written and it is over as `withheld`. The operator's rate is kept by this moment.
   */
  go(): boolean;
  /** Its outcome is known, and its place is free: another message may be handed over within this very call. Called once; never throws. */
  over(outcome: Outcome): void;
}

export interface Gateway {
  name: string;
  /** How many hand-overs may be open at once. */
  connectionsMax: number;
  /** A message whose outcome is unknown may be handed over again with the same id without being sent twice. */
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
