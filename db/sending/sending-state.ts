import type { Sql, Tx } from "@/db/client";

/** The emergency stop: one row. `lock`: nobody opens lanes or changes it until this transaction ends. */
export async function readSendingState(
  sql: Sql | Tx,
  lock = false,
): Promise<{ state: "on" | "stopped"; reason: string | null; changedAt: string; changedBy: string }> {
  const [row] = await sql<{ state: "on" | "stopped"; reason: string | null; changedAt: string; changedBy: string }[]>`
    select state, reason, to_char(changed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "changedAt", changed_by as "changedBy"
    from sending_state ${lock ? sql`for update` : sql``}`;
  return row!;
}

export async function writeSendingState(tx: Tx, state: "on" | "stopped", reason: string | null, actor: string): Promise<void> {
  await tx`update sending_state set state = ${state}, reason = ${reason}, changed_at = clock_now(), changed_by = ${actor}`;
}
