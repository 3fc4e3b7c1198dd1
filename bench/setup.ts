import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Db, openDb } from "@/db/client";
import { migrateDatabase } from "@/db/migrate";
import { startPostgres } from "@/scripts/postgres";
import type { Arrival } from "@/test/process/gateway-log";

/** A throw-away server with the settings the product starts its own with: everything durable. */
export async function openServer(): Promise<{ url: string; close(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), "carillon-bench-"));
  await chmod(directory, 0o755);
  const server = await startPostgres({ directory });
  return {
    url: server.url,
    async close() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** An empty, migrated database on the server. */
export async function openDatabase(serverUrl: string, name: string): Promise<{ url: string; db: Db }> {
  const admin = openDb(serverUrl, { max: 1 });
  await admin.sql.unsafe(`create database ${name}`);
  await admin.close();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await migrateDatabase(url.href);
  return { url: url.href, db: openDb(url.href, { max: 12, name: "bench" }) };
}

export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  const admin = openDb(serverUrl, { max: 1 });
  await admin.sql.unsafe(`drop database ${name} with (force)`);
  await admin.close();
}

/** @returns the operator's number */
export async function addOperator(
  { sql }: Db,
  rate: number | null,
  recipients: number,
  gateway = "default",
): Promise<number> {
  const [row] = await sql<{ no: number }[]>`
    insert into operators (id, code, name, rate, gateway)
    select gen_random_uuid(), 'op' || count(*), 'Operator', ${rate}, ${gateway} from operators returning no`;
  await sql`
    insert into recipients (phone, operator_no)
    select '+7' || (9000000000 + i + (select coalesce(max(no), 0) from recipients))::text, ${row!.no}::int
    from generate_series(1, ${recipients}::int) i`;
  await sql`analyze recipients`;
  return row!.no;
}

/** The listening gateway in its own process. */
export class Listener {
  private constructor(
    private child: ChildProcess,
    readonly url: string,
    private questions: string,
  ) {}

  static async start(): Promise<Listener> {
    const child = fork(join(import.meta.dirname, "listener.ts"), [], { execArgv: ["--import", "tsx"] });
    const [ports] = await once(child, "message");
    return new Listener(child, `http://127.0.0.1:${ports.gateway}`, `http://127.0.0.1:${ports.questions}`);
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** What came since the last call, in order of arrival. */
  async take(): Promise<Arrival[]> {
    const log = (await (await fetch(`${this.questions}/log`)).json()) as [string, number, number][];
    return log.map(([id, atMs, blindMs]) => ({ id, atMs, blindMs }));
  }

  /** How many came since the last {@link take}. */
  async count(): Promise<number> {
    return Number(await (await fetch(`${this.questions}/count`)).text());
  }

  async answerAfter(latencyMs: number): Promise<void> {
    await fetch(`${this.questions}/latency/${latencyMs}`);
  }

  /** Resolves when nothing has come for a second. */
  async untilQuiet(): Promise<void> {
    let [before, now] = [-1, await this.count()];
    while (now !== before) {
      await new Promise((done) => setTimeout(done, 1_000));
      [before, now] = [now, await this.count()];
    }
  }

  async until(count: number, maxMs = 120_000): Promise<void> {
    const giveUpMs = Date.now() + maxMs;
    for (;;) {
      const there = await this.count();
      if (there >= count) return;
      if (Date.now() > giveUpMs) throw new Error(`only ${there} of ${count} messages came in ${maxMs} ms`);
      await new Promise((done) => setTimeout(done, 100));
    }
  }

  close(): void {
    this.child.kill();
  }
}

/** Runs one of this folder's programs to its end. @returns what it reported */
export async function runProgram<T>(file: string, args: string[]): Promise<T> {
  const child = spawn(process.execPath, ["--import", "tsx", join(import.meta.dirname, file), ...args], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  let report: unknown;
  child.on("message", (message) => {
    report = message;
  });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`${file} ended with ${code}`);
  return report as T;
}

export function median(values: number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!;
}

/** Messages a second between the first arrival and the last. */
export function perSecond(arrivals: { atMs: number }[]): number {
  return ((arrivals.length - 1) / (arrivals.at(-1)!.atMs - arrivals[0]!.atMs)) * 1000;
}

/**
 * The most arrivals in a sliding second: as they were seen, and as they must have been at the
 * least, when each may have come up to its `blindMs` before it was seen.
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
