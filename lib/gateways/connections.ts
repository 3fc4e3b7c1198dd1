import { buildConnector } from "undici";
import { CONNECT_MS_MAX, Connection, type ConnectionOptions, LOOK_MS, type Post } from "./connection";
import type { HandOver, Outcome } from "./gateway";

/**
 * The connections to one gateway. Each has one hand-over at a time, so that each fails alone. We
 * use undici's clients without its pool: the pool searches for a free client from the first one on
 * and waits one more round of the event loop, which is a quarter of the cost of a hand-over.
 */
export class Connections {
  private all = new Set<Connection>();
  /** The connection that became free last is used first: it is open. */
  private free: Connection[] = [];
  private timer: NodeJS.Timeout;
  private connector = buildConnector({ timeout: CONNECT_MS_MAX });
  /** Why no connection could be opened since the last success. */
  private failure: Outcome | undefined;

  constructor(
    private url: URL,
    private options: ConnectionOptions & { connectionsMax: number },
  ) {
    for (let i = 0; i < options.connectionsMax; i++) this.add();
    // One timer for all connections: a timer for each answer costs more than reading the answer.
    this.timer = setInterval(() => {
      for (const connection of [...this.all]) connection.look();
    }, LOOK_MS);
    this.timer.unref();
  }

  /** Never throws. */
  post(post: Post, handOver: HandOver): void {
    const connection = handOver.isPaced ? this.takeOpen() : this.free.pop();
    if (connection) connection.post(post, handOver);
    // This does not happen: the semaphore allows no more hand-overs than there are connections.
    else if (this.free.length === 0) handOver.over({ kind: "deferred", code: "busy" });
    else handOver.over(this.failure ?? { kind: "withheld" });
  }

  /** Opens connections until `count` of them are open and free, or used by paced messages. */
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
