import type { IncomingHttpHeaders } from "node:http";
import { type Dispatcher, errors, Pool } from "undici";
import type { Gateway, Outcome, OutgoingMessage } from "./gateway";

export interface HttpGatewayOptions {
  /** Base address; messages go to `{url}/v1/send/{messageId}`. */
  url: string;
  token?: string;
  connectionsMax: number;
  /** From the request being written to the answer's headers. */
  timeoutMs: number;
  idempotent: boolean;
}

/** Statuses that speak of our configuration, not of the message. */
const MISCONFIGURED = new Set([401, 403, 404, 405]);
const RETRY_AFTER_MS_MAX = 3_600_000;
/** How long and how large the body of an answer may be; nothing in it is of interest. */
const BODY_MS_MAX = 1_000;
const BODY_BYTES_MAX = 65_536;

/** The wire format this kind of service is usually given: `POST {url}/v1/send/{messageId}` with `{"id", "phone", "text"}`. */
export function httpGateway(options: HttpGatewayOptions): Gateway {
  const base = new URL(options.url);
  const path = `${base.pathname.replace(/\/$/, "")}/v1/send/`;
  const pool = new Pool(base.origin, {
    connections: options.connectionsMax,
    pipelining: 1,
    connect: { timeout: 5_000 },
    headersTimeout: options.timeoutMs,
    bodyTimeout: options.timeoutMs,
    keepAliveTimeout: 30_000,
  });
  const headers = {
    "content-type": "application/json",
    accept: "application/json",
    ...(options.token && { authorization: `Bearer ${options.token}` }),
  };
  return {
    name: "http",
    connectionsMax: options.connectionsMax,
    idempotent: options.idempotent,
    send: (message, written) =>
      new Promise((resolve) => {
        pool.dispatch({ method: "POST", path: path + message.id, headers, body: requestBody(message) }, new Answer(written, resolve));
      }),
    close: () => pool.close(),
  };
}

/** Reads an answer: its status says all, of its body no more is taken than keeps the connection usable. */
class Answer implements Dispatcher.DispatchHandler {
  private outcome: Outcome | undefined;
  private bytes = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private written: () => void,
    private resolve: (outcome: Outcome) => void,
  ) {}

  /** Called as the request goes out on an open connection; once more when that one turns out to be closed. */
  onRequestStart(): void {
    this.written();
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    // 1xx: the answer is still to come.
    if (status < 200) return;
    this.outcome = outcomeOf(status, headers["retry-after"]);
    this.timer = setTimeout(() => controller.abort(new Error("The answer does not end")), BODY_MS_MAX);
  }

  onResponseData(controller: Dispatcher.DispatchController, data: Buffer): void {
    this.bytes += data.length;
    if (this.bytes > BODY_BYTES_MAX) controller.abort(new Error("The answer is too long"));
  }

  onResponseEnd(): void {
    this.end({ kind: "unknown", code: "connection_lost" });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.end(outcomeOfError(error));
  }

  /** Once the status is known, nothing that comes after it changes the outcome. */
  private end(otherwise: Outcome): void {
    clearTimeout(this.timer);
    this.resolve(this.outcome ?? otherwise);
  }
}

/** The id and the phone are written as numbers exactly: text put in place, never through a JavaScript number. */
function requestBody({ id, phone, text }: OutgoingMessage): string {
  return `{"id":${id},"phone":${phone.slice(1)},"text":${JSON.stringify(text)}}`;
}

/** Reads an answer's status (RFC 9110) as an outcome. */
export function outcomeOf(status: number, retryAfter?: string | string[]): Outcome {
  if (status >= 200 && status < 300) return { kind: "accepted" };
  const code = `http_${status}`;
  if (status === 429 || status === 503) {
    const retryAfterMs = retryAfterToMs(Array.isArray(retryAfter) ? retryAfter[0] : retryAfter);
    return { kind: "deferred", code, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  }
  if (MISCONFIGURED.has(status) || (status >= 300 && status < 400)) return { kind: "misconfigured", code };
  if (status >= 400 && status < 500) return { kind: "rejected", code };
  return { kind: "unknown", code };
}

/** `Retry-After` (RFC 9110, 10.2.3): seconds, or a date. */
function retryAfterToMs(value: string | undefined): number | undefined {
  if (!value) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), RETRY_AFTER_MS_MAX) : undefined;
}

/** Only what surely was not written may be tried again; everything else may have been taken. */
function outcomeOfError(error: unknown): Outcome {
  const code = (error as { code?: string }).code ?? "";
  if (
    ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"].includes(code) ||
    error instanceof errors.ConnectTimeoutError
  ) {
    return { kind: "deferred", code: "unreachable" };
  }
  if (error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError) return { kind: "unknown", code: "timeout" };
  return { kind: "unknown", code: "connection_lost" };
}
