import type { Gateway } from "@/lib/contract/sending/gateway";
import type { QuietHoursAnswer } from "@/lib/contract/sending/quiet-hours";
import type { ReceiptsTaken as ReceiptsAnswer } from "@/lib/contract/sending/receipt";
import type { SandboxMessages as SandboxAnswer } from "@/lib/contract/sending/sandbox";
import type { SendingAnswer } from "@/lib/contract/sending/sending";
import { type Locale, textOf } from "@/lib/contract/texts";
import type { GatewayChoice } from "@/lib/services/context";
import type { QuietHours } from "@/lib/services/sending/quiet-hours";
import type { SandboxMessages } from "@/lib/services/sending/sandbox/list-sandbox-messages";
import type { Sending } from "@/lib/services/sending/set-sending";
import type { ReceiptsTaken } from "@/lib/services/sending/take-receipts";

export const presentSending = ({ state, reason, changedAt, changedBy }: Sending): SendingAnswer => ({
  ...{ state, reason, changed_at: changedAt, changed_by: changedBy },
});

export const presentGateways = (gateways: readonly GatewayChoice[]): { items: Gateway[] } => ({
  items: gateways.map(({ name, kind, senders }) => ({ name, kind, senders: [...senders] })),
});

export const presentQuietHours = ({
  enabled,
  hours,
  changedAt,
  changedBy,
}: QuietHours): QuietHoursAnswer => ({
  enabled,
  from: hours.from,
  to: hours.to,
  days: hours.days,
  unknown_zone: hours.unknown_zone,
  changed_at: changedAt,
  changed_by: changedBy,
});

export const presentReceipts = ({ changed, rejected }: ReceiptsTaken, locale: Locale): ReceiptsAnswer => ({
  changed,
  rejected: rejected.map((one) => ({ ...one, detail: textOf(locale, one.code) })),
});

export const presentSandboxMessages = ({ phone, items }: SandboxMessages): SandboxAnswer => ({
  phone,
  items: items.map(({ dispatchId, settledAt, ...message }) => ({
    ...message,
    dispatch_id: dispatchId,
    settled_at: settledAt,
  })),
});
