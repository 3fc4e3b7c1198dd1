import type { Sql, Tx } from "@/db/client";

/** What to do at a boundary between two statements. */
export type Boundary = (n: number) => "go" | "freeze" | "fail";

/**
 * The life of a pretended process. Frozen, nothing of it happens any more, as after `kill -9` or
 * SIGSTOP: its promises neither resolve nor reject. Thawed, it goes on from there, as after
 * SIGCONT.
 */
export class Life {
  /** Statement boundaries passed so far. */
  boundaries = 0;
  /**
   * What it has done for good so far: statements of their own, commits and hand-overs. Whoever dies
   * at two boundaries with nothing in between leaves the same behind.
   */
  deeds = 0;
  atBoundary: Boundary = () => "go";
  /** Was it ever frozen? */
  wasFrozen = false;
  private frozen = false;
  private thawed: Promise<void> = Promise.resolve();
  private thawNow = () => {};
  private onFreeze: (() => void)[] = [];

  get isFrozen(): boolean {
    return this.frozen;
  }

  freeze(): void {
    if (this.frozen) return;
    this.frozen = true;
    this.wasFrozen = true;
    this.thawed = new Promise((resolve) => {
      this.thawNow = resolve;
    });
    for (const tell of this.onFreeze) tell();
  }

  thaw(): void {
    this.frozen = false;
    this.thawNow();
  }

  /** Resolves when it freezes. */
  whenFrozen(): Promise<void> {
    if (this.frozen) return Promise.resolve();
    return new Promise((resolve) => this.onFreeze.push(resolve));
  }

  /**
   * Resolves while the process lives; every effect and every result of its own passes through here.
   */
  async alive(): Promise<void> {
    while (this.frozen) await this.thawed;
  }

  async pass(): Promise<void> {
    await this.alive();
    const verdict = this.atBoundary(this.boundaries++);
    if (verdict === "freeze") this.freeze();
    if (verdict === "fail") throw new Error("the connection was lost (test)");
    await this.alive();
  }
}

interface LazyQuery {
  then: (resolve: (rows: unknown) => unknown, reject: (error: unknown) => unknown) => unknown;
}

type Work = (tx: Tx) => Promise<unknown>;

/**
 * A connection pool whose statements pass a boundary before they are sent and another before their
 * answer is seen, COMMIT included.
 */
export function riskySql(sql: Sql, life: Life): Sql {
  const wrap = <T extends Sql | Tx>(inner: T): T => {
    const risky = (...args: unknown[]) =>
      riskyQuery((inner as unknown as (...args: unknown[]) => unknown)(...args), life, inner === sql);
    return Object.assign(risky, {
      unsafe: inner.unsafe.bind(inner),
      begin: (...args: [Work] | [string, Work]) =>
        begin(inner as Sql, args.at(-1) as Work, args.length > 1 ? (args[0] as string) : ""),
    }) as unknown as T;
  };
  const begin = async (inner: Sql, work: Work, options: string) => {
    await life.pass();
    let result: unknown;
    try {
      result = await inner.begin(options, async (tx) => {
        const value = await work(wrap(tx as unknown as Tx));
        // A boundary before COMMIT and one after it: the answer to COMMIT may be lost.
        await life.pass();
        return value;
      });
    } catch (error) {
      await life.alive();
      throw error;
    }
    life.deeds++;
    await life.pass();
    return result;
  };
  return wrap(sql);
}

/** @param isOwn a transaction of its own */
function riskyQuery(query: unknown, life: Life, isOwn: boolean): unknown {
  if (typeof (query as LazyQuery | undefined)?.then !== "function") return query;
  const lazy = query as LazyQuery;
  const run = lazy.then.bind(lazy);
  // biome-ignore lint/suspicious/noThenProperty: see LazyQuery
  lazy.then = (resolve, reject) =>
    (async () => {
      await life.pass();
      try {
        const rows = await new Promise((done, failed) => run(done, failed));
        if (isOwn) life.deeds++;
        await life.pass();
        return rows;
      } catch (error) {
        await life.alive();
        throw error;
      }
    })().then(resolve, reject);
  return query;
}
