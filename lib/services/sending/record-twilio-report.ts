import { callbackOf, isTwilios, receiptOfTwilio } from "@/lib/gateways/twilio";
import type { Context } from "@/lib/services/context";
import { recordReceipts } from "./record-receipts";

/** A status callback of Twilio's, as it came. */
export interface TwilioReport {
  /** The name of the gateway it came to. */
  gateway: string | null;
  /** The message it is about: in the address that was given with it. */
  id: string;
  form: URLSearchParams;
  signature: string;
  /** Where reports come to, as Twilio knows it, and what they are signed with. */
  callbackUrl: string;
  authToken: string;
}

/**
 * Records what Twilio reports of one message.
 * @returns how many messages changed; null when it is not Twilio's
 */
export async function recordTwilioReport(ctx: Context, report: TwilioReport): Promise<number | null> {
  const { gateway, id, form, signature, callbackUrl, authToken } = report;
  if (!isTwilios(signature, callbackOf(callbackUrl, id), form, authToken)) return null;
  const receipt = receiptOfTwilio(id, form);
  return receipt ? recordReceipts(ctx, gateway, [receipt]) : 0;
}
