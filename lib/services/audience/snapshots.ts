import type { OperatorRow } from "@/db/audience/operators";
import type { RecipientRow } from "@/db/audience/recipients";

/**
 * What the audit log keeps of an operator and of a recipient. Its entries last: those of every
 * version look the same.
 */

export const snapshotOperator = ({ id, code, name, rate, prefixes, gateway, price }: OperatorRow) => ({
  id,
  code,
  name,
  rate_per_second: rate,
  prefixes,
  gateway,
  ...(price !== null && { price_per_segment: price }),
});

export const snapshotRecipient = (row: RecipientRow) => ({
  phone: row.phone,
  operator: row.operator,
  tags: row.tags,
  timezone: row.timezone,
  attributes: row.attributes,
  opted_out_at: row.optedOutAt?.toISOString() ?? null,
  created_at: row.createdAt.toISOString(),
  updated_at: row.updatedAt.toISOString(),
});
