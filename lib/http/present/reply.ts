import type { InboundTaken as InboundAnswer, Reply } from "@/lib/contract/sending/inbound";
import { type Locale, textOf } from "@/lib/contract/texts";
import type { InboundRow } from "@/lib/services/audience/list-replies";
import type { InboundTaken } from "@/lib/services/audience/take-inbound";

export const presentReply = (row: InboundRow): Reply => ({
  id: row.id,
  gateway: row.gateway,
  from: row.phone,
  to: row.sentTo,
  text: row.body,
  keyword: row.keyword,
  at: row.at,
  received_at: row.receivedAt,
  opted_out: row.isOptedOut,
});

export const presentInbound = ({ received, rejected }: InboundTaken, locale: Locale): InboundAnswer => ({
  received,
  rejected: rejected.map((one) => ({ ...one, detail: textOf(locale, one.code) })),
});
