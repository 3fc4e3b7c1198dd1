/** Hours of the day, as they are written down. What they mean is in `hours.ts`. */

export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof weekdays)[number];

/** What becomes of people whose zone nobody knows. */
export const unknownZoneRules = ["dispatch", "skip"] as const;
export type UnknownZoneRule = (typeof unknownZoneRules)[number];

/**
 * From `from` until right before `to`, on these days. `to` may be "24:00"; where it is not later
 * than `from`, it is of the next day, and the day is the one that the hours begin on.
 */
export interface Hours {
  from: string;
  to: string;
  days: Weekday[];
  /** `dispatch`: they have the dispatch's zone. `skip`: they get nothing. */
  unknown_zone: UnknownZoneRule;
}
