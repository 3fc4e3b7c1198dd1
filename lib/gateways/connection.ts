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
  /** The longest wait for an answer. */
  timeoutMs: number;
  /** Turns an answer into an outcome. */
  judge: (answer: Answer) => Outcome;
  /**
   * When false, only the status counts. We read the body only so that the connection stays usable.
   */
  wantsBody?: boolean;
  /**
   * The client counts as stuck after this time without an answer or an error. By default it is
   * longer than all of undici's own limits; tests shorten it.
   */
  stuckMs?: number;
}

/** How a connection reports to its pool. */
interface Pool {
  connector: buildConnector.connector;
  /** The connection was opened, or failed to open. */
  opened(failure: Outcome | undefined): void;
  /** The connection is free. */
  release(): void;
  /** The connection cannot be used any more: the pool replaces it. */
  retire(): void;
}

export const CONNECT_MS_MAX = 5_000;
/** After this idle time the gateway may close the connection just when we write to it. */
const IDLE_MS_MAX = 2_000;
/** The longest time and the largest size of an answer's body. */
const BODY_MS_MAX = 1_000;
const BODY_BYTES_MAX = 65_536;
/** How often the pool calls {@link Connection.look}. */
export const LOOK_MS = 250;
/** How long we wait after undici's own limits before its client counts as stuck. */
const STUCK_MS = 5_000;

/**
 * One connection, and the handler of the one request that is on it. Its states:
 *
 *   closed ── open ──► open ── post ──► handed over ── go ──► written ── end ──► open
 *                                            └─── withheld, or failed ───────────┘
 *
 * It implements undici's older handler methods (`onConnect`, `onHeaders` …), which
 * `Client.dispatch` of undici 6 and 7 uses internally. Undici 8 has only the newer ones
 * (`onRequestStart` …). Those parse all headers of each answer, and we seldom read even one. After
 * an upgrade to 8, what the tests beside this file guarantee must still hold: the connection asks
 * `go` in the moment of writing, when it is open.
 */
export class Connection implements Dispatcher.DispatchHandler {
  private client: Client;
  /** Set from the request to open the socket until it is closed. */
  private opening: Promise<Socket> | undefined;
  private socket: Socket | undefined;
  /** How often {@link look} ran since the socket was opened; undefined once the client has it. */
  private looksUnused: number | undefined;
  private handOver: HandOver | undefined;
  private isWritten = false;
  private abort: ((reason: Error) => void) | undefined;
  /** The status of the answer that is being read; 0 before it begins. */
  private status = 0;
  private rawHeaders: Buffer[] = [];
  private bytes = 0;
  private parts: Buffer[] = [];
  /** How often {@link look} ran since the hand-over, and since the answer began. */
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

  /** Can it serve paced messages: is it open, being opened, or sending one? */
  get isReady(): boolean {
    return this.handOver ? this.handOver.isPaced === true : this.opening !== undefined;
  }

  /**
   * Opens the socket. undici gets it when it asks for one. One that is destroyed and has not said
   * so yet is forgotten: undici asks for another at once, and would be given it again and again,
   * before any event of the process is heard.
   */
  open(): Promise<Socket> {
    if (this.socket?.destroyed) this.opening = this.socket = undefined;
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
          if (this.socket === socket) this.opening = this.socket = undefined;
        });
        // An unused socket becomes readable only when the gateway closes it.
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

  /** Closes a socket that undici never got. */
  private discard(): void {
    this.opening?.then(
      (socket) => socket.destroy(),
      () => {},
    );
  }

  /** Ends what takes too long: an unused socket, an answer without an end, a stuck client. */
  look(): void {
    if (this.looksUnused !== undefined && ++this.looksUnused * LOOK_MS > IDLE_MS_MAX) this.socket?.destroy();
    if (!this.handOver) return;
    // The status decides the outcome, so we do not wait for a body that does not end.
    if (this.status > 0 && ++this.looksAtBody * LOOK_MS > BODY_MS_MAX) {
      this.abort?.(new Error("The answer does not end"));
    } else if (++this.looks * LOOK_MS > this.stuckMs) this.retire(this.isWritten ? NO_ANSWER : NEVER_WRITTEN);
  }

  /** undici calls this when it is about to write on an open connection. */
  onConnect(abort: (reason?: Error) => void): void {
    this.abort = abort;
    if (this.handOver?.go()) this.isWritten = true;
    else abort(new Withheld());
  }

  onHeaders(status: number, rawHeaders: Buffer[]): boolean {
    // 1xx: the answer itself is still to come.
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
    // Not at once: undici must finish with this request before it takes another.
    queueMicrotask(() => {
      // When a certificate names another host, undici 7 counts the failed request as running for
      // ever, and its client never ends another request.
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
 * An error that `over` throws must not reach undici, which would give it to the connection's next
 * request.
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
