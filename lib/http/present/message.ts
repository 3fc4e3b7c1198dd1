import type * as contract from "@/lib/contract/dispatches/message";
import { type Locale, textOf } from "@/lib/contract/texts";
import type { Why } from "@/lib/services/dispatches/explain-message";
import type { MessageTable } from "@/lib/services/dispatches/export-messages";
import type { Message } from "@/lib/services/dispatches/list-messages";

/** Of somebody who was erased, what stands there is no phone. */
const phoneOf = ({ phone }: Pick<Message, "phone">) => (phone.startsWith("+") ? phone : null);

export const presentMessage = (message: Message): contract.Message => ({
  id: message.id,
  phone: phoneOf(message),
  operator: message.operator,
  sender: message.sender,
  status: message.status,
  attempts: message.attempts,
  claimed_at: message.claimedAt,
  settled_at: message.settledAt,
  error: message.error,
});

export const presentWhy = ({ phone, message, code, asked }: Why, locale: Locale): contract.Why => ({
  phone,
  message: message && presentMessage(message),
  code,
  detail: textOf(locale, `why.${code}`, { asked: asked.join(", ") }),
});

const columns = [
  "phone",
  "id",
  "operator",
  "status",
  "attempts",
  "claimed_at",
  "settled_at",
  "error",
  "sender",
] as const;

/**
 * Messages as a file, in the language and the zone that are asked for. Those of a dispatch that
 * names a sender have a column more.
 */
export function messageTable({
  language,
  timezone,
}: Pick<contract.MessageExportQuery, "language" | "timezone">): (sender: string | null) => MessageTable {
  const word = (key: string, code: string) => (language ? textOf(language, `${key}.${code}`) : code);
  const time = timeIn(timezone);
  return (sender) => ({
    header: columns
      .filter((code) => code !== "sender" || sender !== null)
      .map((code) => word("column", code)),
    cellsOf: (row) => [
      ...[phoneOf(row) ?? "", row.id, row.operator, word("outcome", row.status), String(row.attempts)],
      ...[time(row.claimedAt), row.settledAt === null ? "" : time(row.settledAt), row.error ?? ""],
      ...(sender === null ? [] : [sender]),
    ],
  });
}

/** Writes instants as a spreadsheet reads them: `2027-01-21 18:26:34` in a zone. */
function timeIn(timeZone: string | undefined): (iso: string) => string {
  if (timeZone === undefined) return (iso) => iso;
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  return (iso) => format.format(new Date(iso));
}
