import { Connections } from "./connections";
import type { Gateway, OutgoingMessage } from "./gateway";
import { outcomeOf } from "./outcome";

export interface HttpGatewayOptions {
  /** The name by which operators refer to it. */
  name?: string;
  url: string;
  token?: string | undefined;
  /** The sender of messages that name none, when the gateway has several senders. */
  sender?: string | undefined;
  /** The most hand-overs at once. */
  connectionsMax: number;
  /** The longest wait for an answer. */
  timeoutMs: number;
  idempotent: boolean;
}

/**
 * A wire format as such services usually have it: `POST {url}/v1/send/{messageId}` with `{"id",
 * "phone", "text", "valid_until"}`.
 */
export function httpGateway(options: HttpGatewayOptions): Gateway {
  const url = new URL(options.url);
  const path = `${url.pathname.replace(/\/$/, "")}/v1/send/`;
  const headers = {
    "content-type": "application/json",
    accept: "application/json",
    ...(options.token && { authorization: `Bearer ${options.token}` }),
  };
  const { connectionsMax, timeoutMs } = options;
  // Consecutive messages nearly always have the same text, end and sender, so we keep their JSON.
  let [text, quoted, endMs, end] = ["", '""', 0, isoSeconds(0)];
  let [sender, from] = [options.sender ?? null, senderField(options.sender ?? null)];
  const connections = new Connections(url, { connectionsMax, timeoutMs, judge: outcomeOf });
  return {
    name: options.name ?? "http",
    connectionsMax,
    idempotent: options.idempotent,
    send(handOver) {
      const { message } = handOver;
      if (message.text !== text) {
        text = message.text;
        quoted = JSON.stringify(text);
      }
      if (message.validUntilMs !== endMs) {
        endMs = message.validUntilMs;
        end = isoSeconds(endMs);
      }
      const own = message.sender ?? options.sender ?? null;
      if (own !== sender) {
        sender = own;
        from = senderField(sender);
      }
      connections.post(
        { path: path + message.id, headers, body: requestBody(message, quoted, end, from) },
        handOver,
      );
    },
    prepare: (count) => connections.prepare(count),
    close: () => connections.close(),
  };
}

/**
 * Writes the id and the phone as JSON numbers from their text: a JavaScript number could not hold
 * them exactly.
 */
function requestBody({ id, phone }: OutgoingMessage, quotedText: string, end: string, from: string): string {
  return `{"id":${id},"phone":${phone.slice(1)},"text":${quotedText},"valid_until":"${end}"${from}}`;
}

const senderField = (sender: string | null): string =>
  sender === null ? "" : `,"sender":${JSON.stringify(sender)}`;

/** RFC 3339 in UTC, rounded down to the second, so never later than meant. */
const isoSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
