import { createHmac } from "node:crypto";
import { sameSecret } from "@/lib/common/same-secret";
import { faultOfTwilio } from "@/lib/domain/refusals";
import { Connections } from "./connections";
import type { DeliveryReceipt, Gateway, Outcome } from "./gateway";
import { type Answer, outcomeOf } from "./outcome";

export interface TwilioGatewayOptions {
  name: string;
  /** `https://api.twilio.com`, or another service with the same wire format. */
  url: string;
  accountSid: string;
  authToken: string;
  /** The sender of messages that name none: a number, a name, or the id of a messaging service. */
  sender: string;
  /** The address for delivery reports, without the id of the message. */
  callbackUrl: string;
  connectionsMax: number;
  timeoutMs: number;
}

/** The id of a messaging service. A sender's name may begin with MG, too. */
const SERVICE_SID = /^MG[0-9a-fA-F]{32}$/;

/**
 * The wire format of Twilio's Programmable Messaging
 * (https://www.twilio.com/docs/messaging/api/message-resource). We post a form, Twilio answers 201,
 * and later posts a report to an address of ours. It is not idempotent: Twilio would send a
 * repeated message twice.
 */
export function twilioGateway(options: TwilioGatewayOptions): Gateway {
  const url = new URL(options.url);
  const base = url.pathname.replace(/\/$/, "");
  const path = `${base}/2010-04-01/Accounts/${encodeURIComponent(options.accountSid)}/Messages.json`;
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    accept: "application/json",
    authorization: `Basic ${Buffer.from(`${options.accountSid}:${options.authToken}`).toString("base64")}`,
  };
  const { connectionsMax, timeoutMs } = options;
  const connections = new Connections(url, {
    connectionsMax,
    timeoutMs,
    judge: outcomeOfTwilio,
    wantsBody: true,
  });
  return {
    name: options.name,
    connectionsMax,
    idempotent: false,
    send(handOver) {
      const { id, phone, text, validForMs } = handOver.message;
      const sender = handOver.message.sender ?? options.sender;
      const form = {
        To: phone,
        [SERVICE_SID.test(sender) ? "MessagingServiceSid" : "From"]: sender,
        Body: text,
        StatusCallback: callbackOf(options.callbackUrl, id),
        ValidityPeriod: String(validityPeriodS(validForMs)),
      };
      connections.post({ path, headers, body: new URLSearchParams(form).toString() }, handOver);
    },
    prepare: (count) => connections.prepare(count),
    close: () => connections.close(),
  };
}

/** In whole seconds, within Twilio's bounds (the same page, `ValidityPeriod`). */
const validityPeriodS = (validForMs: number): number =>
  Math.min(36_000, Math.max(1, Math.floor(validForMs / 1000)));

/** The address to which Twilio posts the report of this message. */
export const callbackOf = (callbackUrl: string, id: string): string => `${callbackUrl}?id=${id}`;

function outcomeOfTwilio(answer: Answer): Outcome {
  const outcome = outcomeOf(answer);
  if (outcome.kind === "accepted" || outcome.kind === "unknown") return outcome;
  const number = codeOf(answer.body);
  if (number === undefined) return outcome;
  const code = `twilio_${number}`;
  switch (faultOfTwilio(number)) {
    case "gateway":
      return {
        kind: "deferred",
        code,
        ...("retryAfterMs" in outcome && { retryAfterMs: outcome.retryAfterMs! }),
      };
    case "us":
    case "route":
      return { kind: "misconfigured", code };
    case "number":
    case "opted_out":
      return { kind: "rejected", code };
    default:
      return outcome.kind === "deferred" ? { ...outcome, code } : { kind: outcome.kind, code };
  }
}

function codeOf(body: string): number | undefined {
  try {
    const { code } = JSON.parse(body) as { code?: unknown };
    return typeof code === "number" && Number.isInteger(code) ? code : undefined;
  } catch {
    return undefined;
  }
}

/** Reads a report; undefined while its status is not final. */
export function receiptOfTwilio(id: string, form: URLSearchParams): DeliveryReceipt | undefined {
  const status = form.get("MessageStatus") ?? form.get("SmsStatus");
  if (status === "delivered" || status === "read") return { id, status: "delivered", error: null };
  if (status !== "undelivered" && status !== "failed") return undefined;
  const code = form.get("ErrorCode");
  return { id, status: "undelivered", error: code && /^\d{1,6}$/.test(code) ? `twilio_${code}` : null };
}

/**
 * Reads a reply into the shape that all gateways' replies have. Twilio does not say when it was
 * written.
 */
export const inboundOfTwilio = (
  form: URLSearchParams,
): { id: string | null; from: string | null; to: string | null; text: string } => ({
  id: form.get("MessageSid") ?? form.get("SmsSid"),
  from: form.get("From"),
  to: form.get("To"),
  text: form.get("Body") ?? "",
});

/**
 * Is this request Twilio's? https://www.twilio.com/docs/usage/security: HMAC-SHA1 with the
 * account's token over the address and the form's fields, sorted by name, in Base64. Twilio signs
 * the address with its port or without it; its own libraries take both.
 * @param url the address as Twilio knows it, query included
 */
export function isTwilios(signature: string, url: string, form: URLSearchParams, authToken: string): boolean {
  const fields = [...form].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const text = fields.map(([name, value]) => name + value).join("");
  const given = Buffer.from(signature, "base64");
  return withAndWithoutPort(url).some((address) =>
    sameSecret(
      given,
      createHmac("sha1", authToken)
        .update(address + text)
        .digest(),
    ),
  );
}

function withAndWithoutPort(url: string): string[] {
  const [, origin, port, rest] = /^(https?:\/\/(?:\[[^\]]*\]|[^/:?#]+))(:\d+)?(.*)$/s.exec(url) ?? [];
  if (origin === undefined) return [url];
  return [`${origin}${port ?? (origin.startsWith("https") ? ":443" : ":80")}${rest}`, `${origin}${rest}`];
}
