import { openDispatch } from "@/lib/services/open-dispatch";
import { sweep } from "@/lib/services/sweep";
import { takeTurn } from "@/lib/services/take-turn";
import type { Process, World } from "./sending";

/**
 * An engine as bad as one may be: it runs every wake-up on some process, forgets some, runs some twice, and repeats a turn that threw.
 * Waits longer than a turn are kept until the test lets them pass.
 */
export class CarelessEngine {
  private tasks = new Set<Promise<void>>();
  private sleeping = new Map<number, number>();

  /**
   * @param alive the processes that may be given work
   * @param random in [0, 1): decides what is forgotten, what is doubled and who gets it
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
        if (this.random() < this.faults.forget) continue;
        const times = this.random() < this.faults.double ? 2 : 1;
        for (let time = 0; time < times; time++) {
          if (event.name === "lane/turn.due") this.turn(event.data.lane);
          if (event.name === "dispatch/scheduled") this.open(event.data.id, Number(event.data.schedule.split(":")[1]));
        }
      }
    }
  }

  open(id: string, version = 1): void {
    this.run(async (process) => {
      const opened = await openDispatch(process.ctx, id, version);
      if (opened.kind === "open") for (const { lane } of opened.lanes) this.turn(lane);
    });
  }

  turn(lane: number): void {
    this.run(async (process) => {
      for (let turns = 0; turns < 50; turns++) {
        const turn = await takeTurn(process.ctx, lane, 300);
        if (turn.next === "again") continue;
        if (turn.next === "later") this.sleeping.set(lane, Date.parse(turn.at));
        return;
      }
    });
  }

  sweep(): void {
    this.run(async (process) => {
      await sweep(process.ctx, 0);
    });
  }

  /** Wakes the lanes whose time has come. @returns when the next will, database clock */
  async wake(): Promise<number | undefined> {
    const nowMs = await this.world.databaseNowMs();
    for (const [lane, atMs] of this.sleeping) {
      if (atMs > nowMs) continue;
      this.sleeping.delete(lane);
      this.turn(lane);
    }
    return this.sleeping.size === 0 ? undefined : Math.min(...this.sleeping.values());
  }

  /** Resolves when nothing that it began is still running, except on processes that died. */
  async quiet(): Promise<void> {
    while (this.tasks.size > 0) await Promise.all(this.tasks);
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
    const task: Promise<void> = Promise.race([attempt(), process.life.whenFrozen()]).finally(() => this.tasks.delete(task));
    this.tasks.add(task);
  }
}
