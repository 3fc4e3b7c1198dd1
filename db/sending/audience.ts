import type { Sql, Tx } from "@/db/client";

/** Who belongs: matches the filter, has a number up to `max_no` and had neither opted out nor been deleted when it opened. */
const belongs = (tx: Tx | Sql) => tx`
  (d.operator_no is null or r.operator_no = d.operator_no)
  and (r.opted_out_at is null or r.opted_out_at > coalesce(d.started_at, clock_now()))
  and (r.deleted_at is null or r.deleted_at > coalesce(d.started_at, clock_now()))
  and (d.max_no is null or r.no <= d.max_no) and (d.recipient_no is null or r.no = d.recipient_no)`;

/** Counts the audience once, after opening: a step of its own, so that ten million do not delay the start. */
export async function countAudience(tx: Tx | Sql, dispatchNo: number): Promise<void> {
  await tx`
    update dispatches d set audience = case
      when d.tag_no is null then (select count(*) from recipients r where ${belongs(tx)})
      else (select count(*) from recipient_tags t join recipients r on r.no = t.recipient_no where t.tag_no = d.tag_no and ${belongs(tx)}) end
    where d.no = ${dispatchNo} and d.audience is null`;
}

/**
 * Squares the audience with what is accounted for, and says where those went who never got a message row. A dispatch that ran again after it
 * was completed has told of some of them already.
 */
export async function reconcileAudience(
  tx: Tx,
  dispatchNo: number,
  accounted: number,
  to: "skipped" | "expired" | "cancelled",
): Promise<number> {
  const columns = { skipped: tx`unclaimed_skipped`, expired: tx`unclaimed_expired`, cancelled: tx`unclaimed_cancelled` };
  const told = tx`(${accounted}::bigint + unclaimed_skipped + unclaimed_expired + unclaimed_cancelled - ${columns[to]})`;
  const [row] = await tx<{ unclaimed: number }[]>`
    update dispatches set audience = greatest(coalesce(audience, 0), ${told}), ${columns[to]} = greatest(coalesce(audience, 0) - ${told}, 0)
    where no = ${dispatchNo} returning ${columns[to]}::float8 as unclaimed`;
  return row!.unclaimed;
}
