import type { IncomingHttpHeaders } from "node:http";
import { type Dispatcher, errors, type Pool } from "undici";
import type { Outcome } from "./gateway";

/** What a gateway answered. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  /** As much of it as was asked for; "" when none was. */
  body: string;
}

/** How long and how large the body of an answer may be. */
const BODY_MS_MAX = 1_000;
const BODY_BYTES_MAX = 65_536;

/**
 * One POST over a pool. Never throws.
 * @param wantsBody false: the status says all, and of the body no more is taken than keeps the connection usable
 * @param written called when the request goes out on an open connection; once more when that one turns out to be closed
 * @returns the answer, or the outcome that there was none
 */
export function exchange(
  pool: Pool,
  request: { path: string; headers: Record<string, string>; body: string; wantsBody?: boolean },
  written: () => void,
): Promise<Answer | Outcome> {
  const { path, headers, body, wantsBody = false } = request;
  return new Promise((resolve) => {
    pool.dispatch({ method: "POST", path, headers, body }, new Reader(written, resolve, wantsBody));
  });
}

class Reader implements Dispatcher.DispatchHandler {
  private answer: Answer | undefined;
  private bytes = 0;
  private timer: NodeJS.Timeout | undefined;
  private parts: Buffer[] = [];

  constructor(
    private written: () => void,
    private resolve: (result: Answer | Outcome) => void,
    private wantsBody: boolean,
  ) {}

  onRequestStart(): void {
    this.written();
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    // 1xx: the answer is still to come.
    if (status < 200) return;
    this.answer = { status, headers, body: "" };
    this.timer = setTimeout(() => controller.abort(new Error("The answer does not end")), BODY_MS_MAX);
  }

  onResponseData(controller: Dispatcher.DispatchController, data: Buffer): void {
    this.bytes += data.length;
    if (this.bytes > BODY_BYTES_MAX) controller.abort(new Error("The answer is too long"));
    else if (this.wantsBody) this.parts.push(data);
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
    if (this.answer && this.parts.length > 0) this.answer.body = Buffer.concat(this.parts).toString("utf8");
    this.resolve(this.answer ?? otherwise);
  }
}

/** Statuses that speak of our configuration, not of the message. */
const MISCONFIGURED = new Set([401, 403, 404, 405]);
const RETRY_AFTER_MS_MAX = 3_600_000;

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
