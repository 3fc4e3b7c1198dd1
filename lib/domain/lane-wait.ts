/**
 * Why a lane waits for longer than a turn does, as its row says it. One text, so that what the
 * gateway said stands with it; written and read here, and in SQL by `laneWaits`
 * (`db/sending/lanes.ts`).
 */
export type LaneWait =
  /**
   * The operator's slots are taken for a while: its rate is slow beside the message's length, or
   * others were first.
   */
  | "operator_busy"
  /** Every message was tried; the next retry falls due later. */
  | "retry"
  /** The worker that had its turn is older than the database's schema, and claims nothing. */
  | "outdated"
  /** The worker does not know the database's time well enough to keep a rate by it. */
  | "clock"
  /** Nobody's hours are now. The number is of the quiet hours' version that says so. */
  | QuietWait
  /** The breaker is tripped. */
  | `gateway: ${string}`;

export type QuietWait = `quiet_hours ${number}`;

const refusing = "gateway: ";

/** The lane waits for a gateway that refuses. @param reason what the gateway said */
export function refusedBecause(reason: string | null): LaneWait {
  return `${refusing}${reason}`;
}

/**
 * What the gateway said that the lane waits for; undefined when it waits for something else, or not
 * at all.
 */
export function refusalOf(wait: LaneWait | null): string | undefined {
  return wait?.startsWith(refusing) ? wait.slice(refusing.length) : undefined;
}

/** The lane waits for the hours of its recipients. @param version of the quiet hours */
export const quietUntil = (version: number): QuietWait => `quiet_hours ${version}`;

export const isQuiet = (wait: LaneWait | null): boolean => wait?.startsWith("quiet_hours ") ?? false;
