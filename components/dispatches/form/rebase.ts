import { type Draft, isSame } from "./draft";

/**
 * Fields that belong together: times with their zone, and the text with the switch for its braces.
 */
const parts: (keyof Draft)[][] = [
  ["name"],
  ["message_text", "personal"],
  ["max_segments"],
  ["filter_mobile_operator_code"],
  ["filter_tag"],
  ["sender"],
  ["audience"],
  ["timezone", "start", "start_datetime", "end_datetime"],
  ["own_day", "local_time"],
  ["ignore_quiet_hours"],
];

/** The newer draft, with the user's changes since `base` on top. */
export function rebase(base: Draft, mine: Draft, newer: Draft): Draft {
  const changed = parts.filter((fields) => fields.some((field) => !isSame(mine[field], base[field]))).flat();
  return { ...newer, ...Object.fromEntries(changed.map((field) => [field, mine[field]])) };
}
