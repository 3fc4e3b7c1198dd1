import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { json } from "node:stream/consumers";

/** One message as it arrived. */
export interface Arrival {
  id: string;
  /** Milliseconds since the epoch, when its head was read. */
  atMs: number;
  /**
   * For how long this process had not looked before: the arrival may be that much older.
   * Milliseconds.
   */
  blindMs: number;
  /** What it came with: tests tell workers apart by their tokens. */
  authorization?: string | undefined;
  /** What it was answered; undefined: nothing yet. */
  status?: number;
  /** What it says, where the log is told to read that. */
  text?: string;
}

const TICK_MS = 5;
/**
 * Rounds of the event loop without anything new, after which what was sent before has been read.
 */
const QUIET_ROUNDS = 20;

/** A gateway that takes everything unless it is told otherwise, and writes down what came when. */
export class GatewayLog {
  readonly arrivals: Arrival[] = [];
  /** How long an answer takes; ms. */
  latencyMs: () => number = () => 0;
  /** What it answers to a message for the recipient of that number. */
  status: (recipientNo: number) => number = () => 200;
  /** Are texts read? It takes time, and few ask. */
  readsTexts = false;
  private held = { after: Number.POSITIVE_INFINITY, until: Promise.resolve() };
  private quietRounds = 0;
  private lastTickMs = performance.timeOrigin + performance.now();
  /**
   * Since then there may have been connections that wait to be seen: one a round of the event loop
   * is, however many there are (libuv 1.46).
   */
  private unseenSinceMs = this.lastTickMs;
  private hasSeenOne = false;
  private ticker = setInterval(() => {
    // A round without one: when it began none was waiting.
    if (!this.hasSeenOne) this.unseenSinceMs = this.lastTickMs;
    this.quietRounds++;
    this.hasSeenOne = false;
    this.lastTickMs = this.nowMs();
  }, TICK_MS);
  /** What came first on a connection may have lain there since then. */
  private unreadSinceMs = new WeakMap<Socket, number>();
  private server = createServer((request, response) => this.take(request, response)).on(
    "connection",
    (socket) => {
      this.hasSeenOne = true;
      this.quietRounds = 0;
      this.unreadSinceMs.set(socket, this.unseenSinceMs);
    },
  );

  static async listen(): Promise<GatewayLog> {
    const gateway = new GatewayLog();
    gateway.server.keepAliveTimeout = 60_000;
    await new Promise<void>((done) => gateway.server.listen(0, "127.0.0.1", done));
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Ids of what it took, for all the sender can know: what it has not answered counts. */
  ids(): Set<string> {
    return new Set(this.taken().map((a) => a.id));
  }

  /** Ids of what it took more than once. */
  repeated(): string[] {
    const seen = new Set<string>();
    return this.taken()
      .filter(({ id }) => seen.size === seen.add(id).size)
      .map((a) => a.id);
  }

  /**
   * Answers nothing that comes after so many until the function returned is called: however slow a
   * test is, no dispatch ends before that.
   */
  holdAfter(count: number): () => void {
    let release = () => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.held = { after: count, until };
    return release;
  }

  /**
   * Resolves when everything has been read that was sent to it before, by whoever sends no more.
   */
  async hasReadAll(): Promise<void> {
    this.quietRounds = 0;
    while (this.quietRounds < QUIET_ROUNDS) await new Promise((done) => setTimeout(done, TICK_MS));
  }

  private taken(): Arrival[] {
    return this.arrivals.filter(({ status = 200 }) => status === 200);
  }

  async close(): Promise<void> {
    clearInterval(this.ticker);
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private nowMs(): number {
    return performance.timeOrigin + performance.now();
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    const atMs = this.nowMs();
    const sinceMs = this.unreadSinceMs.get(request.socket) ?? this.lastTickMs;
    this.unreadSinceMs.delete(request.socket);
    const id = request.url!.slice(request.url!.lastIndexOf("/") + 1);
    const arrival: Arrival = {
      id,
      atMs,
      blindMs: atMs - sinceMs,
      authorization: request.headers.authorization,
    };
    this.quietRounds = 0;
    this.arrivals.push(arrival);
    if (this.readsTexts) void readText(request, arrival);
    else request.resume();
    const isHeld = this.arrivals.length > this.held.after;
    const answer = () => {
      // The lower half of an id is the recipient's number.
      arrival.status = this.status(Number(BigInt.asUintN(32, BigInt(id))));
      response.writeHead(arrival.status).end();
    };
    const latencyMs = this.latencyMs();
    if (isHeld) void this.held.until.then(answer);
    else if (latencyMs > 0) setTimeout(answer, latencyMs);
    else answer();
  }
}

/** Who writes may be killed in the middle of it: then there is no text. */
const readText = (request: IncomingMessage, arrival: Arrival): Promise<void> =>
  json(request).then(
    (body) => void Object.assign(arrival, { text: (body as { text: string }).text }),
    () => {},
  );
