import type { Tx } from "@/db/client";

/** Forgets all counts whose keys begin so. */
export async function forgetCounts(tx: Tx, beginning: string): Promise<void> {
  await tx`delete from request_limits where starts_with(key, ${beginning})`;
}
