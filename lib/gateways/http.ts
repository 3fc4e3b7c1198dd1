import { Pool } from "undici";
import { exchange, outcomeOf } from "./exchange";
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
  const pool = openPool(url, options);
  return {
    name: options.name ?? "http",
    connectionsMax: options.connectionsMax,
    idempotent: options.idempotent,
    async send(message, written) {
      const answer = await exchange(pool, { path: path + message.id, headers, body: requestBody(message, options.sender) }, written);
      return "status" in answer ? outcomeOf(answer.status, answer.headers["retry-after"]) : answer;
    },
    close: () => pool.close(),
  };
}

export function openPool(url: URL, { connectionsMax, timeoutMs }: Pick<HttpGatewayOptions, "connectionsMax" | "timeoutMs">): Pool {
  return new Pool(url.origin, {
    connections: connectionsMax,
    // Each open hand-over must be able to fail alone.
    pipelining: 1,
    connect: { timeout: 5_000 },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    keepAliveTimeout: 30_000,
  });
}

/** The id and the phone are written as numbers exactly: text put in place, never through a JavaScript number. */
function requestBody({ id, phone, text }: OutgoingMessage, sender: string | undefined): string {
  const from = sender === undefined ? "" : `,"sender":${JSON.stringify(sender)}`;
  return `{"id":${id},"phone":${phone.slice(1)},"text":${JSON.stringify(text)}${from}}`;
}
