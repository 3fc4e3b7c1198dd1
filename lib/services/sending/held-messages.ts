import type { LocalClock } from "./local-clock";

/**
 * The messages of a chunk that this process has claimed, and who of their recipients has opted out
 * since. The poll of the lanes asks (`lane-gates.ts`) about those that are not written yet.
 */
export class HeldMessages {
  private state: Uint8Array;
  private places: Map<string, number> | undefined;
  /** When it was last asked who has opted out, by both clocks. The claim has asked first. */
  private askedMs: number;
  private askedTimeOfDayMs: number;

  /** @param askedMs when the claim was asked for */
  constructor(
    private ids: string[],
    clock: LocalClock,
    askedMs: number,
  ) {
    this.state = new Uint8Array(ids.length);
    this.askedMs = askedMs;
    this.askedTimeOfDayMs = clock.timeOfDay() - (clock.now() - askedMs);
  }

  /** How old what it knows is, by the clock that says older. */
  ageMs(nowMs: number, timeOfDayMs: number): number {
    return Math.max(nowMs - this.askedMs, timeOfDayMs - this.askedTimeOfDayMs);
  }

  noteWritten(index: number): void {
    this.state[index] = WRITTEN;
  }

  isOptedOut(index: number): boolean {
    return this.state[index] === OPTED_OUT;
  }

  /** Those that may still be kept from being written. */
  unwritten(): string[] {
    return this.ids.filter((_, index) => this.state[index] === WAITING);
  }

  /** Everybody who had opted out in that moment is known. */
  noteAsked(askedMs: number, askedTimeOfDayMs: number): void {
    this.askedMs = askedMs;
    this.askedTimeOfDayMs = askedTimeOfDayMs;
  }

  /** The recipient of a message has opted out. Nothing for one that is written, or another's. */
  noteOptedOut(id: string): void {
    this.places ??= new Map(this.ids.map((one, index) => [one, index]));
    const index = this.places.get(id);
    if (index !== undefined && this.state[index] === WAITING) this.state[index] = OPTED_OUT;
  }
}

const WAITING = 0;
const WRITTEN = 1;
const OPTED_OUT = 2;
