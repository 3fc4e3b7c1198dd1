/**
 * Why we must not write to somebody: they or somebody for them asked here, they replied STOP, their
 * operator refused a message because they told it to stop, or an imported file said so.
 */
export const suppressionReasons = ["asked", "replied_stop", "refused_by_operator", "imported"] as const;
export type SuppressionReason = (typeof suppressionReasons)[number];
