import { isTripped } from "@/lib/domain/breaker";
import type { BreakerCell } from "./breakers";
import { type Chunk, HAND_OVER_MS_MAX } from "./claim-chunk";
import type { HeldMessages } from "./held-messages";
import type { SendingContext } from "./sending-context";
import type { Slots } from "./slots";

/**
 * `go`: the next message may go. `stale`: the copy of the lane's state is too old to say; ask again
 * when it is fresher. `stop`: nothing more of the chunk may go, and what is left is released.
 */
export type Verdict = "go" | "stale" | "stop";

/**
 * May this message go now? Sending asks twice for each message, in this order:
 *
 *                        check                            recheck
 *   its slot             lane with a rate: waited for     –
 *   its place            waited for (semaphore)           –
 *   the process stops    stop                             withheld
 *   the chunk's time     over: stop                       over: withheld
 *   the breaker          tripped: stop                    – (this message may be the probe)
 *   the lane's gate      closed: stop, too old: stale     not open: withheld
 *   their hours          over, or others now: stop        over, or others now: withheld
 *   who has opted out    known too long ago: stale        known too long ago: withheld
 *   the recipient        –                                opted out: withheld, and skipped
 *   its slot             missed: wait for another         missed, and no other now: withheld
 *
 * `check` comes right before the hand-over. `recheck` comes in the moment of writing: a connection
 * may have taken seconds to open. Waiting for slot and place is the transmission's; the slot is
 * taken, and used, only after everything else has said yes.
 */
export class Clearance {
  private claimed: { rate: number | null; quietVersion: number; untilMs: number };

  constructor(
    private ctx: SendingContext,
    private chunk: Chunk,
    private breaker: BreakerCell,
    private slots: Slots | undefined,
    private held: HeldMessages,
  ) {
    const { rate, quietVersion } = chunk.lane;
    this.claimed = { rate, quietVersion, untilMs: chunk.hours?.toMs ?? Number.POSITIVE_INFINITY };
  }

  /** Before a message is handed over; its place is taken. */
  check(): Verdict {
    const nowMs = this.ctx.clock.now();
    if (this.isOver(nowMs) || this.isTripped(nowMs)) return "stop";
    const gate = this.gate(nowMs);
    if (gate === "open") return "go";
    return gate === "stale" ? "stale" : "stop";
  }

  /** The same, once the copy of the lane's state is fresh. */
  async checkFresh(): Promise<Verdict> {
    for (;;) {
      await this.ctx.gates.fresher(this.chunk.laneNo);
      const verdict = this.check();
      if (verdict !== "stale") return verdict;
    }
  }

  /** In the moment of writing. False: the message is withheld. */
  recheck(index: number, slotMs: number | undefined): boolean {
    const nowMs = this.ctx.clock.now();
    if (this.isOver(nowMs) || this.gate(nowMs) !== "open" || this.held.isOptedOut(index)) return false;
    return slotMs === undefined || this.slots!.write(index, slotMs);
  }

  isTripped(nowMs: number): boolean {
    return isTripped(this.breaker.state, nowMs);
  }

  /**
   * The process stops, or the chunk's time is over, by either clock: its lease runs by the
   * database's, and one of them may have been set back or have stood still.
   */
  private isOver(nowMs: number): boolean {
    const { ctx, chunk } = this;
    return (
      ctx.stopping.aborted ||
      nowMs - chunk.askedMs > HAND_OVER_MS_MAX ||
      ctx.databaseClock.toDatabase(nowMs) - chunk.lane.nowMs > HAND_OVER_MS_MAX
    );
  }

  private gate(nowMs: number) {
    const { ctx, chunk } = this;
    const gate = ctx.gates.check(chunk.laneNo, this.claimed, nowMs);
    return gate === "open" && !ctx.gates.isFresh(this.held, nowMs) ? "stale" : gate;
  }
}
