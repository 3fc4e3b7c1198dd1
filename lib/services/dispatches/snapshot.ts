import type { DispatchRow } from "@/db/dispatches/dispatches";

/**
 * A dispatch as the audit log keeps it: what does not change by itself, by the names that the API
 * has. Entries of all versions look like this.
 */
export const snapshotOf = (row: Omit<DispatchRow, "warnings">) => ({
  id: row.id,
  status: row.status,
  start_datetime: row.startAt,
  end_datetime: row.endAt,
  message_text: row.messageText,
  filter_mobile_operator_code: row.operatorId,
  filter_tag: row.tagId,
  name: row.name,
  sender: row.sender,
  audience: row.expression,
  timezone: row.timezone,
  local_time: row.localTime,
  ignore_quiet_hours: row.ignoreQuietHours,
  personal: row.personal,
  max_segments: row.maxSegments,
  version: row.version,
  created_at: row.createdAt,
  updated_at: row.updatedAt,
  started_at: row.startedAt,
  finished_at: row.finishedAt,
  messages_dropped_at: row.messagesDroppedAt,
});
