/**
 * Why a lane waits for longer than a turn, as its row stores it. It is one text, so that it can
 * contain what the gateway said. This file writes and reads it; `laneWaits` (`db/sending/lanes.ts`)
 * reads it in SQL.
 */
export type LaneWait =
  /**
   * The operator's slots are taken for a while: its rate is low for messages of this length, or
   * other lanes came first.
   */
  | "operator_busy"
  /** All messages were tried, and the next retry is not due yet. */
  | "retry"
  /** The worker is older than the database's schema and claims nothing. */
  | "outdated"
  /** The worker does not know the database's time well enough to keep a rate by it. */
  | "clock"
  /** Nobody may be written to at this hour. The number is the version of the quiet hours. */
  | QuietWait
  /** The breaker has tripped. After the colon: what the gateway said. */
  | `gateway: ${string}`;

export type QuietWait = `quiet_hours ${number}`;

const refusing = "gateway: ";

/**
 * The lane waits for a gateway that refuses.
 * @param reason what the gateway said
 */
export function refusedBecause(reason: string | null): LaneWait {
  return `${refusing}${reason}`;
}

/**
 * What the refusing gateway said; undefined when the lane waits for something else, or not at all.
 */
export function refusalOf(wait: LaneWait | null): string | undefined {
  return wait?.startsWith(refusing) ? wait.slice(refusing.length) : undefined;
}

/**
 * The lane waits for the hours of its recipients.
 * @param version the version of the quiet hours
 */
export const quietUntil = (version: number): QuietWait => `quiet_hours ${version}`;

export const isQuiet = (wait: LaneWait | null): boolean => wait?.startsWith("quiet_hours ") ?? false;
