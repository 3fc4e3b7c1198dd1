import type { PreviewAnswer } from "@/lib/contract/dispatches/preview";

/** Who would get it: of a personal text not those for whom there is none. */
export const reachedBy = ({ audience, personal }: PreviewAnswer): number =>
  (personal?.skipped ?? []).reduce((left, { count }) => left - count, audience.total);

/** What would be paid for; undefined without a text. */
export const segmentsInAll = ({ audience, message, personal }: PreviewAnswer): number | undefined =>
  personal
    ? personal.by_segments.reduce((sum, { segments, count }) => sum + segments * count, 0)
    : message
      ? audience.total * message.segments
      : undefined;
