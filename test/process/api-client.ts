import { setTimeout as sleep } from "node:timers/promises";
import { within } from "@/lib/common/within";

/** Longer than a process is frozen, and than a busy one takes. */
const TRY_MS_MAX = 10_000;
const GIVE_UP_MS = 150_000;

export interface ReadDispatch {
  id: string;
  status: string;
  progress: Record<string, number | null>;
}

/**
 * The body of a create: a dispatch to everybody whose window has begun.
 *
 * @param more of its fields
 */
export function dueNow(text: string, more: object = {}): string {
  const at = (ms: number) => new Date(Date.now() + ms).toISOString().slice(0, 19);
  return JSON.stringify({
    timezone: "UTC",
    start_datetime: at(-60_000),
    end_datetime: at(3_600_000),
    message_text: text,
    ...more,
  });
}

/**
 * An integrator's program before a web process that may die at any moment: it repeats a create
 * under its key until it has an answer.
 */
export class ApiClient {
  /** Answers to reads, and what was wrong with them. */
  reads = 0;
  readonly wrong: string[] = [];

  /** @param url where the web process is now */
  constructor(private url: () => string) {}

  /** Creates a dispatch. @returns its id, once that has been acknowledged */
  async create(key: string, body = dueNow(`hello ${key}`)): Promise<string> {
    const headers = { "content-type": "application/json", "idempotency-key": key };
    const answer = await this.insist(201, { method: "POST", headers, body }, (status) => status < 500);
    return (answer as ReadDispatch).id;
  }

  /** All dispatches. */
  async list(): Promise<ReadDispatch[]> {
    return ((await this.insist(200, {})) as { items: ReadDispatch[] }).items;
  }

  /**
   * Asks until there is an answer that counts. Throws when it is not the one that is expected, or
   * none comes.
   */
  private async insist(
    status: number,
    init: RequestInit,
    counts: (status: number) => boolean = () => true,
  ): Promise<unknown> {
    const giveUpMs = Date.now() + GIVE_UP_MS;
    for (;;) {
      const answer = await this.ask("", init);
      if (answer?.status === status) return answer.body;
      const what = `${init.method ?? "GET"} was answered by ${answer?.status}: ${JSON.stringify(answer?.body)}`;
      if ((answer && counts(answer.status)) || Date.now() > giveUpMs) throw new Error(what);
      await sleep(50);
    }
  }

  /** Why the dispatch's lanes are not faster. */
  async reasons(id: string): Promise<string[]> {
    const answer = await this.ask(`${id}/timeline/`, {});
    return answer?.status === 200
      ? (answer.body as { lanes: { reason: { code: string } }[] }).lanes.map(({ reason }) => reason.code)
      : [];
  }

  /**
   * Reads all dispatches again and again, as a board does, until the signal aborts; notes every
   * answer that cannot be.
   */
  async watch(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const answer = await this.ask("", {});
      if (answer) this.judge(answer);
      await sleep(100);
    }
  }

  private judge({ status, body }: { status: number; body: unknown }): void {
    this.reads++;
    if (status !== 200)
      return void this.wrong.push(`the list was answered by ${status}: ${JSON.stringify(body)}`);
    for (const { id, progress } of (body as { items: ReadDispatch[] }).items) {
      const { audience, accepted: _, ...counters } = progress;
      const sum = Object.values(counters).reduce<number>((total, n) => total + (n ?? 0), 0);
      if (audience !== null && sum !== audience)
        this.wrong.push(`${id}: ${JSON.stringify(progress)} adds up to ${sum}`);
    }
  }

  /** Undefined: nobody answered. */
  private async ask(path: string, init: RequestInit): Promise<{ status: number; body: unknown } | undefined> {
    try {
      const asked = fetch(`${this.url()}/api/v1/dispatches/${path}`, {
        ...init,
        signal: AbortSignal.timeout(TRY_MS_MAX),
      });
      return await within(
        TRY_MS_MAX,
        asked.then(async (answer) => ({ status: answer.status, body: await answer.json() })),
      );
    } catch {
      return undefined;
    }
  }
}
