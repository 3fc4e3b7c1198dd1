import { type AuditRow, listAudit } from "@/db/access/audit";
import { listNamings, type Naming } from "@/db/audience/import-rows";
import { type InboundRow, listInboundOf } from "@/db/audience/inbound";
import { findRecipient, type RecipientRow } from "@/db/audience/recipients";
import { type SuppressionRow, suppressionsOf } from "@/db/audience/suppressions";
import { type PersonMessageRow, pagePersonMessages } from "@/db/dispatches/person";
import { NotFoundError } from "@/lib/domain/errors";
import { requirePhone } from "@/lib/services/audience/get-recipient";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";

/** Of each list; more of one number is no person's. */
const ENTRIES_MAX = 10_000;
const PAGE = 1_000;

export interface PersonData {
  phone: string;
  recipient: RecipientRow | null;
  suppressions: SuppressionRow[];
  messages: PersonMessageRow[];
  replies: InboundRow[];
  imports: Naming[];
  audit: AuditRow[];
  isTruncated: boolean;
}

/**
 * Everything that is kept of one number: of a recipient, and of whoever only answered, opted out or
 * stood in a file. That it was handed out is noted first.
 * @throws ValidationError; NotFoundError: nothing is
 */
export async function readPersonData(ctx: Context, phoneText: string): Promise<PersonData> {
  requireRight(ctx, "audience:export");
  const phone = requirePhone(ctx, phoneText);
  const { sql } = ctx.db;
  const recipient = (await findRecipient(sql, phone)) ?? null;
  const [suppressions, replies, imports, entries] = await Promise.all([
    suppressionsOf(sql, phone),
    listInboundOf(sql, phone, ENTRIES_MAX + 1),
    listNamings(sql, phone, ENTRIES_MAX + 1),
    listAudit(sql, { subject: phone, subjectType: "recipient" }, ENTRIES_MAX + 1, null),
  ]);
  if (!recipient && suppressions.length + replies.length + imports.length === 0)
    throw new NotFoundError("recipient", phone);
  await audit(ctx, sql, "recipient.data_exported", phone);
  const messages: PersonMessageRow[] = [];
  let before: number | null = null;
  do {
    const page = await pagePersonMessages(sql, phone, PAGE, before);
    messages.push(...page.rows);
    before = page.next;
  } while (before !== null && messages.length <= ENTRIES_MAX);
  const lists = [messages, replies, imports, entries];
  const isTruncated = lists.some(({ length }) => length > ENTRIES_MAX);
  for (const list of lists) list.splice(ENTRIES_MAX);
  return { phone, recipient, suppressions, messages, replies, imports, audit: entries, isTruncated };
}
