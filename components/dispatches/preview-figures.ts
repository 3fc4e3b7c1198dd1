import type { PreviewAnswer } from "@/lib/contract/dispatches/preview";

/** The number of recipients, without those for whom a personal text has no value. */
export const reachedBy = ({ audience, personal }: PreviewAnswer): number =>
  (personal?.skipped ?? []).reduce((left, { count }) => left - count, audience.total);
