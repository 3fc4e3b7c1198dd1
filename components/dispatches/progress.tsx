"use client";

import { useFormatter, useTranslations } from "next-intl";
import type { Progress } from "@/lib/contract/dispatches/dispatch";
import { type OutcomeKey, outcomes, settledOf } from "./outcomes";

/** The progress of a dispatch, split by outcome. */
export function ProgressStrip({
  progress,
  total,
  size = "h-1.5",
  name,
}: {
  progress: Pick<Progress, OutcomeKey>;
  total: number;
  size?: string;
  /** Names the bar for screen readers. Each bar of a page needs its own name. */
  name?: string;
}) {
  const t = useTranslations("outcome");
  const format = useFormatter();
  const settled = settledOf(progress);
  return (
    <div
      role="progressbar"
      aria-valuemin={0}
      aria-valuemax={Math.max(total, 1)}
      aria-valuenow={Math.min(settled, Math.max(total, 1))}
      aria-label={name ? t("label_of", { name }) : t("label")}
      aria-valuetext={t("of", { done: format.number(settled), total: format.number(total) })}
      className={`flex w-full overflow-hidden rounded-full bg-raised ${size}`}
    >
      {total > 0 &&
        outcomes.map(
          ({ key, color }) =>
            progress[key] > 0 && (
              <span key={key} className={color} style={{ width: `${(100 * progress[key]) / total}%` }} />
            ),
        )}
    </div>
  );
}

/** The outcomes that occurred, each with its word and number. */
export function OutcomeLegend({
  progress,
  all = false,
}: {
  progress: Pick<Progress, OutcomeKey>;
  all?: boolean;
}) {
  const t = useTranslations("outcome");
  const format = useFormatter();
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-[0.9rem]">
      {outcomes
        .filter(({ key }) => all || progress[key] > 0)
        .map(({ key, color }) => (
          <li key={key} className="flex items-center gap-1.5">
            <span className={`size-2 rounded-full ${color}`} aria-hidden />
            <span className="text-soft">{t(key)}</span>
            <span className="font-medium">{format.number(progress[key])}</span>
          </li>
        ))}
    </ul>
  );
}
