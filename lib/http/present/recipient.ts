import type { Recipient } from "@/lib/contract/audience/recipient";
import type { RecipientRow } from "@/lib/services/audience/get-recipient";

export const presentRecipient = (row: RecipientRow): Recipient => ({
  phone: row.phone,
  operator: row.operator,
  tags: row.tags,
  timezone: row.timezone,
  attributes: row.attributes,
  opted_out_at: row.optedOutAt?.toISOString() ?? null,
  created_at: row.createdAt.toISOString(),
  updated_at: row.updatedAt.toISOString(),
});
