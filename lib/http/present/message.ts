import type * as contract from "@/lib/contract/dispatches/message";
import { type Locale, textOf } from "@/lib/contract/texts";
import { textProblems } from "@/lib/domain/text/personal-text";
import type { Why } from "@/lib/services/dispatches/explain-message";
import type { ExportedDispatch, MessageTable } from "@/lib/services/dispatches/export-messages";
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
  text: message.text,
  segments: message.segments,
});

/** Why somebody's personal text could not be made. */
const problemOf = (error: string | null | undefined) => textProblems.find((problem) => problem === error);

export const presentWhy = ({ phone, message, attempts, code, asked }: Why, locale: Locale): contract.Why => ({
  phone,
  message: message && presentMessage(message),
  attempts: attempts && {
    gateway: attempts.gateway,
    last_at: attempts.lastAt,
    next_at: attempts.nextAt,
    postponed: attempts.postponed,
    earlier: attempts.earlier.map(({ no, gateway, error, at }) => ({ no, gateway, error, at })),
  },
  code,
  detail: whyText(message, locale) ?? textOf(locale, `why.${code}`, { asked: asked.join(", ") }),
});

function whyText(message: Message | null, locale: Locale): string | undefined {
  const problem = problemOf(message?.error);
  return problem && textOf(locale, `skipped.${problem}`);
}

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
  "text",
  "segments",
] as const;

/**
 * Messages as a file, in the language and the zone that are asked for. Those of a dispatch that
 * names a sender have a column more, those of one with placeholders two.
 */
export function messageTable({
  language,
  timezone,
}: Pick<contract.MessageExportQuery, "language" | "timezone">): (dispatch: ExportedDispatch) => MessageTable {
  const word = (key: string, code: string) => (language ? textOf(language, `${key}.${code}`) : code);
  const time = timeIn(timezone);
  const said = (error: string | null) => {
    const problem = language && problemOf(error);
    return problem ? textOf(language, `skipped.${problem}`) : (error ?? "");
  };
  return ({ sender, personal }) => ({
    header: columns
      .filter((code) => code !== "sender" || sender !== null)
      .filter((code) => (code !== "text" && code !== "segments") || personal)
      .map((code) => word("column", code)),
    cellsOf: (row) => [
      ...[phoneOf(row) ?? "", row.id, row.operator, word("outcome", row.status), String(row.attempts)],
      ...[time(row.claimedAt), row.settledAt === null ? "" : time(row.settledAt), said(row.error)],
      ...(sender === null ? [] : [sender]),
      ...(personal ? [row.text ?? "", String(row.segments ?? "")] : []),
    ],
  });
}

/** Writes instants as a spreadsheet reads them: `2027-01-21 18:26:34` in a zone. */
function timeIn(timeZone: string | undefined): (iso: string) => string {
  if (timeZone === undefined) return (iso) => iso;
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  return (iso) => format.format(new Date(iso));
}
