import type { Sql, Tx } from "@/db/client";
import { iso } from "@/db/sql";

/** The emergency stop: one row. */
export interface SendingState {
  state: "on" | "stopped";
  reason: string | null;
  /** ISO. */
  changedAt: string;
  changedBy: string;
}

/** @param lock nothing opens lanes or changes it until this transaction ends */
export async function readSendingState(sql: Sql | Tx, lock = false): Promise<SendingState> {
  const [row] = await sql<SendingState[]>`
    select state, reason, ${iso(sql, "changed_at")} as "changedAt", changed_by as "changedBy"
    from sending_state ${lock ? sql`for update` : sql``}`;
  return row!;
}

export async function writeSendingState(
  tx: Tx,
  state: SendingState["state"],
  reason: string | null,
  actor: string,
): Promise<void> {
  await tx`
    update sending_state
    set state = ${state}, reason = ${reason}, changed_at = clock_now(), changed_by = ${actor}`;
}
