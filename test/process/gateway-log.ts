import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** One message as it arrived. */
export interface Arrival {
  id: string;
  /** Milliseconds since the epoch, when its head was read. */
  atMs: number;
  /** For how long this process had not looked before: the arrival may be that much older. Milliseconds. */
  blindMs: number;
  /** What it came with: tests tell workers apart by their tokens. */
  authorization?: string | undefined;
  /** What it was answered; undefined: nothing yet. */
  status?: number;
}

const TICK_MS = 5;

/** A gateway that takes everything unless it is told otherwise, and writes down what came when. */
export class GatewayLog {
  readonly arrivals: Arrival[] = [];
  /** How long an answer takes; ms. */
  latencyMs: () => number = () => 0;
  /** What it answers to a message for the recipient of that number. */
  status: (recipientNo: number) => number = () => 200;
  private lastTickMs = performance.timeOrigin + performance.now();
  /** Since then there may have been connections that wait to be seen: one a round of the event loop is, however many there are (libuv 1.46). */
  private unseenSinceMs = this.lastTickMs;
  private hasSeenOne = false;
  private ticker = setInterval(() => {
    // A round without one: when it began none was waiting.
    if (!this.hasSeenOne) this.unseenSinceMs = this.lastTickMs;
    this.hasSeenOne = false;
    this.lastTickMs = this.nowMs();
  }, TICK_MS);
  /** What came first on a connection may have lain there since then. */
  private unreadSinceMs = new WeakMap<Socket, number>();
  private server = createServer((request, response) => this.take(request, response)).on("connection", (socket) => {
    this.hasSeenOne = true;
    this.unreadSinceMs.set(socket, this.unseenSinceMs);
  });

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
    const arrival: Arrival = { id, atMs, blindMs: atMs - sinceMs, authorization: request.headers.authorization };
    this.arrivals.push(arrival);
    request.resume();
    const answer = () => {
      // The lower half of an id is the recipient's number.
      arrival.status = this.status(Number(BigInt.asUintN(32, BigInt(id))));
      response.writeHead(arrival.status).end();
    };
    const latencyMs = this.latencyMs();
    if (latencyMs > 0) setTimeout(answer, latencyMs);
    else answer();
  }
}

/**
 * The most arrivals in a sliding second: as they were seen, and as they must have been at the least, when each may have come up to its
 * `blindMs` before it was seen.
 */
export function mostInASecond(arrivals: Arrival[]): { seen: number; certain: number } {
  const sorted = [...arrivals].sort((a, b) => a.atMs - b.atMs);
  const most = (startMs: (a: Arrival) => number) => {
    let best = 0;
    for (let first = 0, last = 0; last < sorted.length; last++) {
      while (sorted[last]!.atMs - startMs(sorted[first]!) >= 1000) first++;
      best = Math.max(best, last - first + 1);
    }
    return best;
  };
  return { seen: most((a) => a.atMs), certain: most((a) => a.atMs - a.blindMs) };
}
