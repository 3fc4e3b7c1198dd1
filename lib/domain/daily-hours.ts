/** Hours of the day as users set them. `hours.ts` says what they mean. */

export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof weekdays)[number];

/** What to do about people whose time zone is unknown. */
export const unknownZoneRules = ["dispatch", "skip"] as const;
export type UnknownZoneRule = (typeof unknownZoneRules)[number];

/**
 * From `from` until right before `to`, on these days. `to` may be "24:00". When `to` is not later
 * than `from`, the hours end on the next day; `days` has the day on which they begin.
 */
export interface Hours {
  from: string;
  to: string;
  days: Weekday[];
  /** `dispatch`: they are taken to be in the dispatch's zone. `skip`: they get nothing. */
  unknown_zone: UnknownZoneRule;
}
