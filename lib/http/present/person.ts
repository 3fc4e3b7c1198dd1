import type * as contract from "@/lib/contract/dispatches/person";
import type { PersonMessage } from "@/lib/services/dispatches/list-person-messages";
import type { PersonData } from "@/lib/services/dispatches/read-person-data";
import { presentAuditEntry } from "./audit-entry";
import { presentRecipient } from "./recipient";
import { presentReply } from "./reply";
import { presentSuppression } from "./suppression";

export const presentPersonMessage = (message: PersonMessage): contract.PersonMessage => ({
  id: message.id,
  dispatch_id: message.dispatchId,
  text: message.text,
  segments: message.segments,
  is_test: message.isTest,
  operator: message.operator,
  sender: message.sender,
  status: message.status,
  attempts: message.attempts,
  claimed_at: message.claimedAt,
  settled_at: message.settledAt,
  error: message.error,
});

export const presentPersonData = (data: PersonData): contract.PersonData => ({
  phone: data.phone,
  recipient: data.recipient && presentRecipient(data.recipient),
  suppressions: data.suppressions.map(presentSuppression),
  messages: data.messages.map(presentPersonMessage),
  replies: data.replies.map(presentReply),
  imports: data.imports.map(({ importId, fileName, at, line, outcome }) => ({
    import_id: importId,
    file_name: fileName,
    at,
    line,
    outcome,
  })),
  audit: data.audit.map((row) => {
    const { address: _, request_id: __, ...entry } = presentAuditEntry(row);
    return entry;
  }),
  truncated: data.isTruncated,
});
