import { Connections, outcomeOf } from "./exchange";
import type { Gateway, OutgoingMessage } from "./gateway";

export interface HttpGatewayOptions {
  /** What operators call it. */
  name?: string;
  url: string;
  token?: string | undefined;
  /** Whom the message is from, where the gateway serves several. */
  sender?: string | undefined;
  /** Hand-overs open at once. */
  connectionsMax: number;
  /** How long an answer may take. */
  timeoutMs: number;
  idempotent: boolean;
}

/** The wire format this kind of service is usually given: `POST {url}/v1/send/{messageId}` with `{"id", "phone", "text"}`. */
export function httpGateway(options: HttpGatewayOptions): Gateway {
  const url = new URL(options.url);
  const path = `${url.pathname.replace(/\/$/, "")}/v1/send/`;
  const headers = {
    "content-type": "application/json",
    accept: "application/json",
    ...(options.token && { authorization: `Bearer ${options.token}` }),
  };
  const { connectionsMax, timeoutMs, sender } = options;
  const from = sender === undefined ? "" : `,"sender":${JSON.stringify(sender)}`;
  // Neighbours nearly always have the same text.
  let [text, quoted] = ["", '""'];
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
      connections.post({ path: path + message.id, headers, body: requestBody(message, quoted, from) }, handOver);
    },
    prepare: (count) => connections.prepare(count),
    close: () => connections.close(),
  };
}

/** The id and the phone are written as numbers exactly: text put in place, never through a JavaScript number. */
function requestBody({ id, phone }: OutgoingMessage, quotedText: string, from: string): string {
  return `{"id":${id},"phone":${phone.slice(1)},"text":${quotedText}${from}}`;
}
