import type { Sql, Tx } from "@/db/client";
import { iso } from "@/db/sql";

/** The emergency stop: one row. `lock`: nobody opens lanes or changes it until this transaction ends. */
export async function readSendingState(
  sql: Sql | Tx,
  lock = false,
): Promise<{ state: "on" | "stopped"; reason: string | null; changedAt: string; changedBy: string }> {
  const [row] = await sql<{ state: "on" | "stopped"; reason: string | null; changedAt: string; changedBy: string }[]>`
    select state, reason, ${iso(sql, "changed_at")} as "changedAt", changed_by as "changedBy"
    from sending_state ${lock ? sql`for update` : sql``}`;
  return row!;
}

export async function writeSendingState(tx: Tx, state: "on" | "stopped", reason: string | null, actor: string): Promise<void> {
  await tx`update sending_state set state = ${state}, reason = ${reason}, changed_at = clock_now(), changed_by = ${actor}`;
}
