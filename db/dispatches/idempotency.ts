import type { Tx } from "@/db/client";

export interface StoredAnswer {
  bodyHash: string;
  /** JSON text. */
  answer: string;
}

/**
 * Makes all requests with this key wait for one another until the transaction ends, and returns
 * what the first of them was answered.
 */
export async function takeIdempotencyKey(
  tx: Tx,
  scope: string,
  key: string,
): Promise<StoredAnswer | undefined> {
  await tx`select pg_advisory_xact_lock(hashtextextended(${`${scope}\n${key}`}, 7))`;
  const [row] = await tx<StoredAnswer[]>`
    select body_hash as "bodyHash", answer from idempotency_keys where scope = ${scope} and key = ${key}`;
  return row;
}

/** In the transaction that makes the row, so that neither exists without the other. */
export async function keepAnswer(
  tx: Tx,
  row: { scope: string; key: string; bodyHash: string; dispatchNo: number; answer: string },
): Promise<void> {
  await tx`
    insert into idempotency_keys (scope, key, body_hash, dispatch_no, answer)
    values (${row.scope}, ${row.key}, ${row.bodyHash}, ${row.dispatchNo}, ${row.answer})`;
}
