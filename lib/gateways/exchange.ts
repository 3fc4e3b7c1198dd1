import type { IncomingHttpHeaders } from "node:http";
import { Client, type Dispatcher, errors } from "undici";
import type { Outcome } from "./gateway";

/** What a gateway answered. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  /** As much of it as was asked for; "" when none was. */
  body: string;
}

interface Post {
  path: string;
  headers: Record<string, string>;
  body: string;
}

interface ConnectionsOptions {
  connectionsMax: number;
  /** How long an answer may take. */
  timeoutMs: number;
  /** What an answer means. */
  judge: (answer: Answer) => Outcome;
  /** False: the status says all, and of the body no more is taken than keeps the connection usable. */
  wantsBody?: boolean;
}

/** How long and how large the body of an answer may be. */
const BODY_MS_MAX = 1_000;
const BODY_BYTES_MAX = 65_536;

/**
 * The connections to one gateway, each with one hand-over at a time, so that each can fail alone. Clients of undici without its pool, which
 * looks for a free one from the first on and waits one round of the event loop more: a quarter of what a hand-over costs.
 */
export class Connections {
  private clients: Client[];
  /** The one that was free last goes first: it is open. */
  private free: Client[];
  private reading = new Set<Reader>();
  readonly wantsBody: boolean;
  private timer: NodeJS.Timeout;

  constructor(
    url: URL,
    private options: ConnectionsOptions,
  ) {
    const { connectionsMax, timeoutMs } = options;
    const client = () =>
      new Client(url.origin, {
        pipelining: 1,
        connect: { timeout: 5_000 },
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        keepAliveTimeout: 30_000,
      });
    this.wantsBody = options.wantsBody ?? false;
    this.clients = Array.from({ length: connectionsMax }, client);
    this.free = [...this.clients];
    // One timer for all: one for each answer costs more than reading it.
    this.timer = setInterval(() => this.endSlowBodies(), BODY_MS_MAX / 4);
    this.timer.unref();
  }

  /**
   * Never throws.
   * @param written called when the request goes out on an open connection; once more when that one turns out to be closed
   */
  post({ path, headers, body }: Post, written: () => void): Promise<Outcome> {
    return new Promise((resolve) => {
      const client = this.free.pop();
      // Nobody hands over more at once than there are connections.
      if (!client) return resolve({ kind: "deferred", code: "busy" });
      client.dispatch({ method: "POST", path, headers, body }, new Reader(this, client, written, resolve));
    });
  }

  /** For a reader: the answer has begun. */
  begin(reader: Reader): void {
    this.reading.add(reader);
  }

  /** For a reader: its client is free. @returns what the answer means */
  end(reader: Reader, client: Client, answer: Answer | undefined, otherwise: Outcome): Outcome {
    this.reading.delete(reader);
    this.free.push(client);
    return answer ? this.options.judge(answer) : otherwise;
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.clients.map((client) => client.close()));
  }

  private endSlowBodies(): void {
    const startedMsMax = performance.now() - BODY_MS_MAX;
    for (const reader of this.reading) reader.endIfStarted(startedMsMax);
  }
}

class Reader implements Dispatcher.DispatchHandler {
  private answer: Answer | undefined;
  private controller: Dispatcher.DispatchController | undefined;
  private startedMs = 0;
  private bytes = 0;
  private parts: Buffer[] | undefined;

  constructor(
    private connections: Connections,
    private client: Client,
    private written: () => void,
    private resolve: (outcome: Outcome) => void,
  ) {}

  onRequestStart(): void {
    this.written();
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    // 1xx: the answer is still to come.
    if (status < 200) return;
    this.answer = { status, headers, body: "" };
    this.controller = controller;
    this.startedMs = performance.now();
    this.connections.begin(this);
  }

  onResponseData(controller: Dispatcher.DispatchController, data: Buffer): void {
    this.bytes += data.length;
    if (this.bytes > BODY_BYTES_MAX) controller.abort(new Error("The answer is too long"));
    else if (this.connections.wantsBody) this.parts = [...(this.parts ?? []), data];
  }

  onResponseEnd(): void {
    this.end({ kind: "unknown", code: "connection_lost" });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.end(outcomeOfError(error));
  }

  endIfStarted(beforeMs: number): void {
    if (this.startedMs < beforeMs) this.controller?.abort(new Error("The answer does not end"));
  }

  private end(otherwise: Outcome): void {
    if (this.answer && this.parts) this.answer.body = Buffer.concat(this.parts).toString("utf8");
    // Once the status is known, nothing that comes after it changes the outcome.
    this.resolve(this.connections.end(this, this.client, this.answer, otherwise));
  }
}

/** Statuses that speak of our configuration, not of the message. */
const MISCONFIGURED = new Set([401, 403, 404, 405]);
const RETRY_AFTER_MS_MAX = 3_600_000;

const ACCEPTED: Outcome = { kind: "accepted" };

/** Reads an answer's status (RFC 9110) as an outcome. */
export function outcomeOf(status: number, retryAfter?: string | string[]): Outcome {
  if (status >= 200 && status < 300) return ACCEPTED;
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
