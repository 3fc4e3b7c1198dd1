import { type Sql, type Tx, transaction } from "@/db/client";
import type { Kind } from "@/lib/domain/pacing";

/**
 * Sets the operator's first free slot, and the kind of those before it. The
 * caller holds the operator's lock.
 */
export async function moveNextSlot(
  tx: Tx,
  operatorNo: number,
  nextSlotMs: number,
  lastSegments: Kind,
): Promise<void> {
  await tx`
    update operators set next_slot_at = to_timestamp(${nextSlotMs}::float8 / 1000.0),
      last_segments = ${lastSegments}
    where no = ${operatorNo}`;
}

/** An operator's slots, read under its lock. */
interface LockedOperator {
  nowMs: number;
  nextSlotMs: number;
  lastSegments: Kind;
  rate: number | null;
}

/**
 * Reserves slots anew for messages of a chunk that missed their own.
 * @param slots the kind of them
 * @param choose returns the first slot and the one after the last; undefined: none
 */
export async function reserveSlots<T extends { firstSlotMs: number; nextSlotMs: number }>(
  sql: Sql,
  operatorNo: number,
  slots: Kind,
  choose: (operator: LockedOperator) => T | undefined,
): Promise<T | undefined> {
  return transaction(sql, async (tx) => {
    const [operator] = await tx<LockedOperator[]>`
      with op as materialized (
        select rate, next_slot_at, last_segments from operators where no = ${operatorNo} for no key update
      )

      select rate::float8 as rate, extract(epoch from next_slot_at)::float8 * 1000 as "nextSlotMs",
        last_segments as "lastSegments", extract(epoch from clock_now())::float8 * 1000 as "nowMs"
      from op`;
    const chosen = operator && choose(operator);
    if (chosen) await moveNextSlot(tx, operatorNo, chosen.nextSlotMs, slots);
    return chosen;
  });
}
