import { inboundOfTwilio, isTwilios } from "@/lib/gateways/twilio";
import type { Context } from "@/lib/services/context";
import { takeInbound } from "./take-inbound";

/** A message that somebody wrote to a number at Twilio, as it came. */
export interface TwilioMessage {
  /** The name of the gateway it came to. */
  gateway: string;
  form: URLSearchParams;
  signature: string;
  /** Where it came to, as Twilio knows it, and what it is signed with. */
  url: string;
  authToken: string;
}

/** Takes a message of Twilio's. @returns false when it is not Twilio's */
export async function recordTwilioMessage(
  ctx: Context,
  { gateway, form, signature, url, authToken }: TwilioMessage,
): Promise<boolean> {
  if (!isTwilios(signature, url, form, authToken)) return false;
  await takeInbound(ctx, gateway, [inboundOfTwilio(form)]);
  return true;
}
