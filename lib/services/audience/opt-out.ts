import { findRecipient, lockRecipient, type RecipientRow } from "@/db/audience/recipients";
import {
  recallErased,
  type SuppressionRow,
  suppress,
  suppressionsOf,
  tellOptOut,
  unsuppress,
} from "@/db/audience/suppressions";
import type { Tx } from "@/db/client";
import type { DueDelivery } from "@/db/webhooks/webhooks";
import type { SuppressionReason } from "@/lib/domain/audience/suppression";
import { audit } from "@/lib/services/audit";
import type { Context } from "@/lib/services/context";
import { snapshotRecipient } from "./snapshots";

/**
 * Opts a number out for a reason, with its audit entry and what webhooks are told when it could be
 * written to until now; for a reason that it has already, nothing changes.
 * @param phone E.164, also of nobody
 * @returns whether it has the reason since now, and what is to be announced after the commit
 */
export async function optOut(
  ctx: Context,
  tx: Tx,
  phone: string,
  reason: SuppressionReason,
  source: string,
): Promise<{ isNew: boolean; deliveries: DueDelivery[] }> {
  // Of two who do so at once the second waits here, and sees what the first has done.
  await lockRecipient(tx, phone);
  const [before, known] = [await findRecipient(tx, phone), await suppressionsOf(tx, phone)];
  const stopped = await suppress(tx, [phone], reason, source);
  if (stopped.length === 0 && known.some((one) => one.reason === reason))
    return { isNew: false, deliveries: [] };
  const [after, reasons] = [await findRecipient(tx, phone), await suppressionsOf(tx, phone)];
  const change = { before: snapshot(before, known), after: { ...snapshot(after, reasons), reason, source } };
  await audit(ctx, tx, "recipient.opted_out", phone, change);
  return { isNew: true, deliveries: stopped.length > 0 ? await tellOptOut(tx, phone, reason) : [] };
}

/**
 * Takes opt-outs back, with the audit entry.
 * @param by only those for this reason: who has another stays out
 * @returns whether there were any
 */
export async function optIn(
  ctx: Context,
  tx: Tx,
  phone: string,
  by: { reason?: SuppressionReason } = {},
): Promise<boolean> {
  await recallErased(tx, phone);
  await lockRecipient(tx, phone);
  const [before, known] = [await findRecipient(tx, phone), await suppressionsOf(tx, phone)];
  if (!known.some(({ reason }) => by.reason === undefined || reason === by.reason)) return false;
  await unsuppress(tx, [phone], by);
  const [after, reasons] = [await findRecipient(tx, phone), await suppressionsOf(tx, phone)];
  const was = { ...snapshot(before, known), reasons: known.map(({ reason }) => reason) };
  await audit(ctx, tx, "recipient.opted_in", phone, {
    before: was,
    after: { ...snapshot(after, reasons), reasons: reasons.map(({ reason }) => reason) },
  });
  return true;
}

/** Of a number that is no recipient's there is only when it was opted out. */
const snapshot = (recipient: RecipientRow | undefined, suppressions: SuppressionRow[]) =>
  recipient ? snapshotRecipient(recipient) : { opted_out_at: suppressions[0]?.at ?? null };
