import type { Sql, Tx } from "@/db/client";
import { iso, raw } from "@/db/sql";
import type { Hours } from "@/lib/domain/daily-hours";
import { isStaleQuiet, type LaneRef, noLiveTurn } from "./lanes";

/** When nobody is written to: one row. */
export interface QuietHours {
  enabled: boolean;
  hours: Hours;
  /** ISO. */
  changedAt: string;
  changedBy: string;
}

/** @param lock nobody changes them until this transaction ends */
export async function readQuietHours(sql: Sql | Tx, lock = false): Promise<QuietHours> {
  const [row] = await sql<QuietHours[]>`
    select enabled, hours, ${iso(sql, "changed_at")} as "changedAt", changed_by as "changedBy"
    from quiet_hours ${lock ? sql`for update` : sql``}`;
  return row!;
}

/** A new version: what was claimed or put off by the one before counts no more. */
export async function writeQuietHours(tx: Tx, enabled: boolean, hours: Hours, actor: string): Promise<void> {
  await tx`
    update quiet_hours set enabled = ${enabled}, hours = ${JSON.stringify(hours)}::text::jsonb,
      version = version + 1, changed_at = clock_now(), changed_by = ${actor}`;
}

/** Open lanes that sleep by quiet hours that have changed since. */
export function listStaleLanes(sql: Sql): Promise<LaneRef[]> {
  return sql<LaneRef[]>`
    select l.no as lane, l.operator_no as operator from lanes l
    where l.open and ${raw(sql, isStaleQuiet)} and ${noLiveTurn(sql)} order by l.no`;
}
