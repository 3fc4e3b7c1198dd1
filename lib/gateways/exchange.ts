import type { IncomingHttpHeaders } from "node:http";
import type { Socket } from "node:net";
import { buildConnector, Client, type Dispatcher, errors, util } from "undici";
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
  /** After how long without an answer or an error the client counts as stuck. Later than all of undici's own limits, unless a test says. */
  stuckMs?: number;
}

const CONNECT_MS_MAX = 5_000;
/** One that lay idle for longer may be closed from the other side just when it is written to. */
const IDLE_MS_MAX = 2_000;
/** How long and how large the body of an answer may be. */
const BODY_MS_MAX = 1_000;
const BODY_BYTES_MAX = 65_536;
/** How often hand-overs are looked at that may have taken too long. */
const LOOK_MS = 250;
/** What is left to undici beyond its own limits before its client counts as stuck. */
const STUCK_MS = 5_000;

/**
 * The connections to one gateway, each with one hand-over at a time, so that each can fail alone. Clients of undici without its pool, which
 * looks for a free one from the first on and waits one round of the event loop more: a quarter of what a hand-over costs.
 */
export class Connections {
  private all = new Set<Connection>();
  /** The one that was free last goes first: it is open. */
  private free: Connection[] = [];
  private timer: NodeJS.Timeout;
  private connector = buildConnector({ timeout: CONNECT_MS_MAX });
  /** What keeps connections from being opened, since it last did not. */
  private failure: Outcome | undefined;

  constructor(
    private url: URL,
    private options: ConnectionsOptions,
  ) {
    for (let i = 0; i < options.connectionsMax; i++) this.add();
    // One timer for all: one for each answer costs more than reading it.
    this.timer = setInterval(() => {
      for (const connection of [...this.all]) connection.look();
    }, LOOK_MS);
    this.timer.unref();
  }

  /** Never throws. */
  post(post: Post, handOver: HandOver): void {
    const connection = handOver.isPaced ? this.takeOpen() : this.free.pop();
    if (connection) connection.post(post, handOver);
    // Nobody hands over more at once than there are connections.
    else if (this.free.length === 0) handOver.over({ kind: "deferred", code: "busy" });
    else handOver.over(this.failure ?? { kind: "withheld" });
  }

  /** Has so many open that are free, or used by paced messages: what is missing is opened. */
  prepare(count: number): void {
    this.failure = undefined;
    const ready = [...this.all].filter((connection) => connection.isReady).length;
    for (let missing = count - ready; missing > 0; missing--) this.openOne();
  }

  private openOne(): void {
    const connection = this.free.findLast(({ isReady }) => !isReady);
    connection?.open().catch(() => {});
  }

  private takeOpen(): Connection | undefined {
    const index = this.free.findLastIndex((connection) => connection.isOpen);
    if (index >= 0) return this.free.splice(index, 1)[0];
    if (!this.failure) this.openOne();
    return undefined;
  }

  async close(): Promise<void> {
    await Promise.all([...this.all].map((connection) => connection.close()));
    clearInterval(this.timer);
  }

  private add(): void {
    const connection = new Connection(this.url, this.options, {
      connector: this.connector,
      opened: (failure) => {
        this.failure = failure;
      },
      release: () => this.free.push(connection),
      retire: () => {
        this.all.delete(connection);
        this.add();
      },
    });
    this.all.add(connection);
    this.free.push(connection);
  }
}

/** Why a request is not written after all. */
class Withheld extends Error {}

/**
 * One connection, and the handler of the one request that is on it. It speaks undici's older dialect of handlers, which `Client.dispatch` still
 * speaks inside: the newer one parses all headers of each answer, and of those we read one, seldom.
 */
class Connection implements Dispatcher.DispatchHandler {
  private client: Client;
  /** From when it is asked for until it is closed. */
  private opening: Promise<Socket> | undefined;
  private socket: Socket | undefined;
  /** Looks since it was opened; undefined: the client has it. */
  private looksUnused: number | undefined;
  private handOver: HandOver | undefined;
  private isWritten = false;
  private abort: ((reason: Error) => void) | undefined;
  /** Of the answer that is being read; 0: none has begun. */
  private status = 0;
  private rawHeaders: Buffer[] = [];
  private bytes = 0;
  private parts: Buffer[] = [];
  /** Looks since the hand-over, and since its answer began. */
  private looks = 0;
  private looksAtBody = 0;
  private stuckMs: number;

  constructor(
    private url: URL,
    private options: ConnectionsOptions,
    private pool: {
      connector: buildConnector.connector;
      opened: (failure: Outcome | undefined) => void;
      release: () => void;
      retire: () => void;
    },
  ) {
    const { timeoutMs } = options;
    this.stuckMs = options.stuckMs ?? CONNECT_MS_MAX + timeoutMs + STUCK_MS;
    this.client = new Client(url.origin, {
      pipelining: 1,
      connect: (_, callback) => {
        const use = (socket: Socket) => {
          this.looksUnused = undefined;
          callback(null, socket);
        };
        void this.open().then(use, (error: Error) => callback(error, null));
      },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      keepAliveTimeout: IDLE_MS_MAX,
      keepAliveMaxTimeout: IDLE_MS_MAX,
    });
  }

  get isOpen(): boolean {
    return this.socket?.destroyed === false;
  }

  /** For a paced message: open or about to be, or has one. */
  get isReady(): boolean {
    return this.handOver ? this.handOver.isPaced === true : this.opening !== undefined;
  }

  /** Opens its socket, which undici is handed when it wants one. */
  open(): Promise<Socket> {
    this.opening ??= new Promise((resolve, reject) => {
      const { protocol, host, hostname, port } = this.url;
      this.pool.connector({ protocol, host, hostname: hostname.replace(/^\[|\]$/g, ""), port }, (error, socket) => {
        this.pool.opened(error ? outcomeOfOpening(error) : undefined);
        if (!socket) {
          this.opening = undefined;
          return reject(error);
        }
        this.socket = socket;
        this.looksUnused = 0;
        socket.once("close", () => {
          this.opening = this.socket = undefined;
        });
        // Before it was used there is nothing to read but its end.
        socket.once("readable", () => {
          if (this.looksUnused !== undefined) socket.destroy();
        });
        resolve(socket);
      });
    });
    return this.opening;
  }

  post({ path, headers, body }: Post, handOver: HandOver): void {
    this.handOver = handOver;
    this.client.dispatch({ method: "POST", path, headers, body }, this);
  }

  async close(): Promise<void> {
    await this.client.close();
    this.discard();
  }

  /** A socket that the client never had. */
  private discard(): void {
    this.opening?.then(
      (socket) => socket.destroy(),
      () => {},
    );
  }

  look(): void {
    if (this.looksUnused !== undefined && ++this.looksUnused * LOOK_MS > IDLE_MS_MAX) this.socket?.destroy();
    if (!this.handOver) return;
    // Once the status is known, nothing that comes after it changes the outcome: a body that does not end is not waited for.
    if (this.status > 0 && ++this.looksAtBody * LOOK_MS > BODY_MS_MAX) this.abort?.(new Error("The answer does not end"));
    // Neither an answer nor an error by now: there will be none.
    else if (++this.looks * LOOK_MS > this.stuckMs) {
      this.retire(this.isWritten ? { kind: "unknown", code: "timeout" } : NEVER_WRITTEN);
    }
  }

  /** undici is about to write, on an open connection. */
  onConnect(abort: (reason?: Error) => void): void {
    this.abort = abort;
    if (this.handOver?.go()) this.isWritten = true;
    else abort(new Withheld());
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
    queueMicrotask(() => {
      // After a wrong name in a certificate a client never ends another request (undici 7: the failed one counts as running for ever).
      if (!this.isWritten && isCertificateError(error)) this.retire(outcomeOfOpening(error));
      else this.end(outcomeOfError(error, this.isWritten));
    });
  }

  /** Ends the hand-over, and this connection with it: another takes its place. */
  private retire(outcome: Outcome): void {
    const { handOver } = this;
    this.handOver = undefined;
    this.pool.retire();
    void this.client.destroy();
    this.discard();
    if (handOver) tell(handOver, outcome);
  }

  private end(otherwise: Outcome): void {
    const { handOver } = this;
    if (!handOver) return;
    const outcome = this.status > 0 ? this.options.judge(this.answer()) : otherwise;
    this.handOver = undefined;
    this.isWritten = false;
    this.status = this.looks = this.looksAtBody = this.bytes = 0;
    if (this.parts.length > 0) this.parts = [];
    this.pool.release();
    // What is handed over within this call goes out on this connection without the check that one of undici's is given which lay idle.
    tell(handOver, outcome);
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

/** What is thrown here would reach undici, which would tell it to whoever has the connection next. */
function tell(handOver: HandOver, outcome: Outcome): void {
  try {
    handOver.over(outcome);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** Statuses that speak of our configuration, not of the message. */
const MISCONFIGURED = new Set([401, 403, 404, 405]);

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
  return Number.isFinite(ms) ? Math.max(ms, 0) : undefined;
}

const NEVER_WRITTEN: Outcome = { kind: "deferred", code: "unreachable" };

function outcomeOfOpening(error: Error): Outcome {
  return isCertificateError(error) ? { kind: "misconfigured", code: "certificate" } : NEVER_WRITTEN;
}

/** Only what surely was not written may be tried again; everything else may have been taken. */
function outcomeOfError(error: Error, isWritten: boolean): Outcome {
  if (error instanceof Withheld) return { kind: "withheld" };
  if (!isWritten) return NEVER_WRITTEN;
  if (error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError) return { kind: "unknown", code: "timeout" };
  return { kind: "unknown", code: "connection_lost" };
}

/** A certificate that is not trusted, has expired or names somebody else (https://nodejs.org/api/tls.html#x509-certificate-error-codes). */
function isCertificateError(error: Error): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === "string" && /CERT|LEAF_SIGNATURE/.test(code);
}
