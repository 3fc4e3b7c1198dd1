import type { Progress } from "@/lib/contract/dispatches/dispatch";

/**
 * The outcomes in drawing order, with their colours. Each also shows its word and number, because
 * colour alone is not accessible.
 */
export const outcomes = [
  { key: "delivered", color: "bg-good" },
  { key: "sent", color: "bg-good/55" },
  { key: "undelivered", color: "bg-bad/55" },
  { key: "failed", color: "bg-bad" },
  { key: "unknown", color: "bg-unsure" },
  { key: "sending", color: "bg-busy" },
  { key: "deferred", color: "bg-warn" },
  { key: "skipped", color: "bg-idle" },
  { key: "expired", color: "bg-idle/75" },
  { key: "cancelled", color: "bg-idle/50" },
] as const satisfies { key: keyof Progress; color: string }[];

export type OutcomeKey = (typeof outcomes)[number]["key"];

/** The tried messages: what people mean by "done". */
export const triedOf = (p: Pick<Progress, OutcomeKey>) =>
  p.delivered + p.sent + p.undelivered + p.failed + p.unknown;

export const settledOf = (p: Pick<Progress, OutcomeKey>) =>
  p.delivered + p.sent + p.undelivered + p.failed + p.unknown + p.skipped + p.expired + p.cancelled;

/** A rate a second as screens show it: a slow one has a decimal, or it would seem to stand. */
export const shownRate = (perSecond: number): number =>
  perSecond < 10 ? Math.round(10 * perSecond) / 10 : Math.round(perSecond);
