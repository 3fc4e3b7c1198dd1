/**
 * The states of dispatches and messages, and all allowed moves between them. The guards in SQL and
 * in the UI are made from these tables.
 */

export const dispatchStatuses = [
  "scheduled",
  "running",
  "paused",
  "completed",
  "expired",
  "cancelled",
] as const;
export type DispatchStatus = (typeof dispatchStatuses)[number];

/** The orders of a list of dispatches. */
export const dispatchOrders = ["created", "start", "finished", "text", "status", "audience", "done"] as const;
export type DispatchOrder = (typeof dispatchOrders)[number];

/** From → to. Only retry-failed moves `completed → running`. */
export const dispatchMoves: Record<DispatchStatus, readonly DispatchStatus[]> = {
  scheduled: ["running", "expired", "cancelled"],
  running: ["paused", "completed", "expired", "cancelled"],
  paused: ["running", "completed", "expired", "cancelled"],
  completed: ["running"],
  expired: [],
  cancelled: [],
};

export const messageStatuses = [
  "sending",
  "deferred",
  "sent",
  "delivered",
  "undelivered",
  "failed",
  "unknown",
  "expired",
  "skipped",
  "cancelled",
] as const;
export type MessageStatus = (typeof messageStatuses)[number];

/**
 * From → to. Only a receipt moves `unknown`, and only retry-failed moves `failed`. A final state
 * never goes back.
 */
export const messageMoves: Record<MessageStatus, readonly MessageStatus[]> = {
  sending: ["sent", "failed", "deferred", "unknown", "delivered", "undelivered", "skipped"],
  sent: ["delivered", "undelivered"],
  deferred: ["sending", "delivered", "undelivered", "expired", "cancelled", "skipped"],
  unknown: ["sent", "delivered", "undelivered"],
  failed: ["deferred"],
  delivered: [],
  undelivered: [],
  expired: [],
  skipped: [],
  cancelled: [],
};

/**
 * Every status from which `to` can be reached: the `$from` of `UPDATE … WHERE status = ANY($from)`.
 */
export function dispatchStatusesBefore(to: DispatchStatus): DispatchStatus[] {
  return dispatchStatuses.filter((from) => dispatchMoves[from].includes(to));
}

/** As {@link dispatchStatusesBefore}, for messages. */
export function messageStatusesBefore(to: MessageStatus): MessageStatus[] {
  return messageStatuses.filter((from) => messageMoves[from].includes(to));
}

export const finishedStatuses = ["completed", "expired", "cancelled"] as const;

export function isFinished(status: DispatchStatus): boolean {
  return status === "completed" || status === "expired" || status === "cancelled";
}
