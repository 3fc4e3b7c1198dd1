/**
 * Why somebody must not be written to: they or somebody for them asked for it here, they answered a
 * message so, their operator refused a message because they had told it to stop, or a file said so.
 */
export const suppressionReasons = ["asked", "replied_stop", "refused_by_operator", "imported"] as const;
export type SuppressionReason = (typeof suppressionReasons)[number];
