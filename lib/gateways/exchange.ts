import type { IncomingHttpHeaders } from "node:http";
import { Client, type Dispatcher, errors, util } from "undici";
import type { HandOver, Outcome } from "./gateway";

/** What a gateway answered. */
export interface Answer {
  status: number;
  /** @param name in lower case */
  header(name: string): string | undefined;
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
/** How often it is looked at whether a body has taken too long. */
const LOOKS = 4;

/**
 * The connections to one gateway, each with one hand-over at a time, so that each can fail alone. Clients of undici without its pool, which
 * looks for a free one from the first on and waits one round of the event loop more: a quarter of what a hand-over costs.
 */
export class Connections {
  private all: Connection[];
  /** The one that was free last goes first: it is open. */
  private free: Connection[];
  private timer: NodeJS.Timeout;

  constructor(url: URL, options: ConnectionsOptions) {
    const release = (connection: Connection) => this.free.push(connection);
    this.all = Array.from({ length: options.connectionsMax }, () => new Connection(url, options, release));
    this.free = [...this.all];
    // One timer for all: one for each answer costs more than reading it.
    this.timer = setInterval(() => {
      for (const connection of this.all) connection.look();
    }, BODY_MS_MAX / LOOKS);
    this.timer.unref();
  }

  /** Never throws. */
  post(post: Post, handOver: HandOver): void {
    const connection = this.free.pop();
    // Nobody hands over more at once than there are connections.
    if (connection) connection.post(post, handOver);
    else handOver.over({ kind: "deferred", code: "busy" });
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.all.map((connection) => connection.close()));
  }
}

/**
 * One connection, and the handler of the one request that is on it. It speaks undici's older dialect of handlers, which `Client.dispatch` still
 * speaks inside: the newer one parses all headers of each answer, and of those we read one, seldom.
 */
class Connection implements Dispatcher.DispatchHandler {
  private client: Client;
  private handOver: HandOver | undefined;
  private abort: ((reason: Error) => void) | undefined;
  /** Of the answer that is being read; 0: none has begun. */
  private status = 0;
  private rawHeaders: Buffer[] = [];
  private looks = 0;
  private bytes = 0;
  private parts: Buffer[] = [];

  constructor(
    url: URL,
    private options: ConnectionsOptions,
    private release: (connection: Connection) => void,
  ) {
    const { timeoutMs } = options;
    this.client = new Client(url.origin, {
      pipelining: 1,
      connect: { timeout: 5_000 },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      keepAliveTimeout: 30_000,
    });
  }

  post({ path, headers, body }: Post, handOver: HandOver): void {
    this.handOver = handOver;
    this.client.dispatch({ method: "POST", path, headers, body }, this);
  }

  close(): Promise<void> {
    return this.client.close();
  }

  /** Once the status is known, nothing that comes after it changes the outcome: a body that does not end is not waited for. */
  look(): void {
    if (this.status > 0 && this.looks++ >= LOOKS) this.abort?.(new Error("The answer does not end"));
  }

  onConnect(abort: (reason?: Error) => void): void {
    this.abort = abort;
    this.handOver!.written();
  }

  onHeaders(status: number, rawHeaders: Buffer[]): boolean {
    // 1xx: the answer is still to come.
    if (status < 200) return true;
    this.status = status;
    this.rawHeaders = rawHeaders;
    return true;
  }

  onData(data: Buffer): boolean {
    this.bytes += data.length;
    if (this.bytes > BODY_BYTES_MAX) this.abort!(new Error("The answer is too long"));
    else if (this.options.wantsBody) this.parts.push(data);
    return true;
  }

  onComplete(): void {
    this.end({ kind: "unknown", code: "connection_lost" });
  }

  onError(error: Error): void {
    // Not at once: undici is not ready for another request before it has put away this one.
    queueMicrotask(() => this.end(outcomeOfError(error)));
  }

  private end(otherwise: Outcome): void {
    const handOver = this.handOver!;
    const outcome = this.status > 0 ? this.options.judge(this.answer()) : otherwise;
    this.handOver = undefined;
    this.status = this.looks = this.bytes = 0;
    if (this.parts.length > 0) this.parts = [];
    this.release(this);
    // What is handed over within this call goes out on this connection without the check that one of undici's is given which lay idle.
    handOver.over(outcome);
  }

  private answer(): Answer {
    const { status, rawHeaders, parts } = this;
    return {
      status,
      header(name) {
        const value = (util.parseHeaders(rawHeaders) as IncomingHttpHeaders)[name];
        return Array.isArray(value) ? value[0] : value;
      },
      body: parts.length > 0 ? Buffer.concat(parts).toString("utf8") : "",
    };
  }
}

/** Statuses that speak of our configuration, not of the message. */
const MISCONFIGURED = new Set([401, 403, 404, 405]);
const RETRY_AFTER_MS_MAX = 3_600_000;

const ACCEPTED: Outcome = { kind: "accepted" };

/** Reads an answer's status (RFC 9110) as an outcome. */
export function outcomeOf({ status, header }: Pick<Answer, "status" | "header">): Outcome {
  if (status >= 200 && status < 300) return ACCEPTED;
  const code = `http_${status}`;
  if (status === 429 || status === 503) {
    const retryAfterMs = retryAfterToMs(header("retry-after"));
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
