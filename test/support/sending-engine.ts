import { closeDispatch } from "@/lib/services/dispatches/close-dispatch";
import { countDispatchAudience, openDispatch } from "@/lib/services/dispatches/open-dispatch";
import { sweep } from "@/lib/services/sending/sweep";
import { takeTurn } from "@/lib/services/sending/take-turn";
import type { Process, World } from "./world";

/** How late a step may come, at most. */
const LATE_MS_MAX = 5_000;

/**
 * An engine as bad as one may be: it runs every wake-up and every step of a dispatch's run on some
 * process, forgets some, runs some twice, late and in any order, for editions that are over, too,
 * and repeats what threw. Waits longer than a turn are kept until the test lets them pass.
 */
export class CarelessEngine {
  private tasks = new Set<Promise<void>>();
  private sleeping = new Map<string, { atMs: number; go: () => void }>();
  private late = 0;

  /**
   * @param alive the processes that may be given work
   * @param random in [0, 1): decides what is forgotten, doubled and late, and who gets it
   */
  constructor(
    private world: World,
    private alive: () => Process[],
    private random: () => number,
    private faults: { forget: number; double: number },
  ) {}

  get isIdle(): boolean {
    return this.tasks.size === 0;
  }

  /** Takes over what processes have announced. */
  hear(processes: Process[]): void {
    for (const process of processes) {
      for (const event of process.announced.splice(0)) {
        for (let times = this.times(); times > 0; times--) {
          if (event.name === "lane/turn.due") this.turn(event.data.lane);
          if (event.name === "dispatch/scheduled")
            this.open(event.data.id, Number(event.data.schedule.split(":")[1]));
        }
      }
    }
  }

  open(id: string, version = 1): void {
    this.run(async (process) => {
      const opened = await openDispatch(process.ctx, id, version);
      if (opened.kind === "early")
        this.sleep(`open ${id}:${version}`, opened.at, () => this.open(id, version));
      if (opened.kind !== "open") return;
      for (const { lane } of opened.lanes) this.turn(lane);
      const nowMs = await this.world.databaseNowMs();
      this.step(nowMs, () => this.count(id));
      // Long before the end, too: then it says when.
      this.step(nowMs, () => this.close(id));
      if (this.random() < this.faults.double) this.open(id, version - 1);
    });
  }

  turn(lane: number): void {
    this.run(async (process) => {
      for (let turns = 0; turns < 50; turns++) {
        const turn = await takeTurn(process.ctx, lane, 300);
        if (turn.next === "again") continue;
        if (turn.next === "later") this.sleep(`turn ${lane}`, turn.at, () => this.turn(lane));
        return;
      }
    });
  }

  sweep(): void {
    this.run(async (process) => {
      await sweep(process.ctx, 0);
    });
  }

  /** Does whatever time has come. @returns when the next will, database clock */
  async wake(): Promise<number | undefined> {
    const nowMs = await this.world.databaseNowMs();
    for (const [what, { atMs, go }] of this.sleeping) {
      if (atMs > nowMs) continue;
      this.sleeping.delete(what);
      go();
    }
    return this.sleeping.size === 0
      ? undefined
      : Math.min(...[...this.sleeping.values()].map(({ atMs }) => atMs));
  }

  /** Resolves when nothing that it began is still running, except on processes that died. */
  async quiet(): Promise<void> {
    while (this.tasks.size > 0) await Promise.all(this.tasks);
  }

  private count(id: string): void {
    this.run((process) => countDispatchAudience(process.ctx, id));
  }

  private close(id: string): void {
    this.run(async (process) => {
      const closed = await closeDispatch(process.ctx, id);
      // The end may be moved while this sleeps: then it comes too early again.
      if (closed.kind === "early") this.sleep(`close ${id}`, closed.at, () => this.close(id));
    });
  }

  private times(): number {
    if (this.random() < this.faults.forget) return 0;
    return this.random() < this.faults.double ? 2 : 1;
  }

  /** Some come at once and some late: so they also come in another order. */
  private step(nowMs: number, go: () => void): void {
    for (let times = this.times(); times > 0; times--) {
      const isLate = this.random() < 2 * this.faults.double;
      this.sleeping.set(`late ${this.late++}`, {
        atMs: isLate ? nowMs + this.random() * LATE_MS_MAX : nowMs,
        go,
      });
    }
  }

  private sleep(what: string, at: string, go: () => void): void {
    this.sleeping.set(what, { atMs: Date.parse(at), go });
  }

  private run(work: (process: Process) => Promise<void>): void {
    const alive = this.alive();
    const process = alive[Math.floor(this.random() * alive.length)];
    if (!process) return;
    const attempt = async () => {
      // What throws is repeated, as an engine does; what throws every time is left to the sweep.
      for (let tries = 0; tries < 3; tries++) {
        try {
          await work(process);
          await process.quiet();
          return;
        } catch {}
      }
    };
    const task: Promise<void> = Promise.race([attempt(), process.life.whenFrozen()]).finally(() =>
      this.tasks.delete(task),
    );
    this.tasks.add(task);
  }
}
