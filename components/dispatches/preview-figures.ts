import type { PreviewAnswer } from "@/lib/contract/dispatches/preview";

/** The number of recipients, without those for whom a personal text has no value. */
export const reachedBy = ({ audience, personal }: PreviewAnswer): number =>
  (personal?.skipped ?? []).reduce((left, { count }) => left - count, audience.total);

/** The number of segments; undefined without a text. */
export const segmentsInAll = ({ audience, message, personal }: PreviewAnswer): number | undefined =>
  personal
    ? personal.by_segments.reduce((sum, { segments, count }) => sum + segments * count, 0)
    : message
      ? audience.total * message.segments
      : undefined;
