import type { IncomingHttpHeaders } from "node:http";
import type { Socket } from "node:net";
import { type buildConnector, Client, type Dispatcher, util } from "undici";
import type { HandOver, Outcome } from "./gateway";
import {
  type Answer,
  CONNECTION_LOST,
  isCertificateError,
  NEVER_WRITTEN,
  NO_ANSWER,
  outcomeOfError,
  outcomeOfOpening,
  Withheld,
} from "./outcome";

export interface Post {
  path: string;
  headers: Record<string, string>;
  body: string;
}

export interface ConnectionOptions {
  /** How long an answer may take. */
  timeoutMs: number;
  /** What an answer means. */
  judge: (answer: Answer) => Outcome;
  /** False: the status says all. The body is read only as far as the connection stays usable. */
  wantsBody?: boolean;
  /**
   * After how long without an answer or an error the client counts as stuck. Later than all of
   * undici's own limits, unless a test says.
   */
  stuckMs?: number;
}

/** What a connection tells its pool. */
interface Pool {
  connector: buildConnector.connector;
  /** It was opened, or could not be. */
  opened(failure: Outcome | undefined): void;
  /** It is free. */
  release(): void;
  /** It is of no use any more: another takes its place. */
  retire(): void;
}

export const CONNECT_MS_MAX = 5_000;
/** The other side may close a connection that lay idle for longer just when it is written to. */
const IDLE_MS_MAX = 2_000;
/** How long and how large the body of an answer may be. */
const BODY_MS_MAX = 1_000;
const BODY_BYTES_MAX = 65_536;
/** How often the pool calls {@link Connection.look}. */
export const LOOK_MS = 250;
/** What is left to undici beyond its own limits before its client counts as stuck. */
const STUCK_MS = 5_000;

/**
 * One connection, and the handler of the one request that is on it. Its states:
 *
 *   closed ── open ──► open ── post ──► handed over ── go ──► written ── end ──► open
 *                                            └─── withheld, or failed ───────────┘
 *
 * It speaks undici's older dialect of handlers (`onConnect`, `onHeaders` …), which
 * `Client.dispatch` speaks inside in undici 6 and 7. Undici 8 knows the newer one only
 * (`onRequestStart` …), which parses all headers of each answer; we read one, seldom. An upgrade to
 * 8 must keep what the tests beside this file hold: `go` is asked in the moment of writing, on a
 * connection that is open.
 */
export class Connection implements Dispatcher.DispatchHandler {
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
    private options: ConnectionOptions,
    private pool: Pool,
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
      const target = { protocol, host, hostname: hostname.replace(/^\[|\]$/g, ""), port };
      this.pool.connector(target, (error, socket) => {
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

  /** Closes a socket that the client never had. */
  private discard(): void {
    this.opening?.then(
      (socket) => socket.destroy(),
      () => {},
    );
  }

  /**
   * Ends what takes too long: an unused socket, an answer without an end, a client that is stuck.
   */
  look(): void {
    if (this.looksUnused !== undefined && ++this.looksUnused * LOOK_MS > IDLE_MS_MAX) this.socket?.destroy();
    if (!this.handOver) return;
    // The status decides the outcome: a body that does not end is not waited for.
    if (this.status > 0 && ++this.looksAtBody * LOOK_MS > BODY_MS_MAX) {
      this.abort?.(new Error("The answer does not end"));
    } else if (++this.looks * LOOK_MS > this.stuckMs) this.retire(this.isWritten ? NO_ANSWER : NEVER_WRITTEN);
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
    this.end(CONNECTION_LOST);
  }

  onError(error: Error): void {
    // Not at once: undici must put this request away before it takes another.
    queueMicrotask(() => {
      // After a wrong name in a certificate a client of undici 7 never ends another request: it
      // counts the failed one as running for ever.
      if (!this.isWritten && isCertificateError(error)) this.retire(outcomeOfOpening(error));
      else this.end(outcomeOfError(error, this.isWritten));
    });
  }

  /** Ends the hand-over, and this connection with it. */
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
    // A message sent from this callback reuses the connection at once, so undici skips its idle
    // check.
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

/**
 * What `over` throws must not reach undici, which would give it to the connection's next request.
 */
function tell(handOver: HandOver, outcome: Outcome): void {
  try {
    handOver.over(outcome);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
