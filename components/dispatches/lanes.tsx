"use client";

import { useFormatter, useTranslations } from "next-intl";
import type { Timeline } from "@/lib/contract/dispatches/timeline";
import { settledOf, shownRate, triedOf } from "./outcomes";
import { ProgressStrip } from "./progress";

const totalOf = (progress: Timeline["lanes"][number]["progress"]) =>
  settledOf(progress) + progress.sending + progress.deferred + progress.remaining;

/** How far each operator is, how fast, and why not faster. */
export function Lanes({ lanes, isOver }: { lanes: Timeline["lanes"]; isOver: boolean }) {
  const t = useTranslations("dispatch");
  const format = useFormatter();
  const counted = lanes.map((lane) => ({ ...lane, total: totalOf(lane.progress) }));
  // Operators of nobody in the audience say nothing.
  const reached = counted.filter(({ total }) => total > 0);
  const shown = reached.length > 0 ? reached : counted;
  return (
    <section aria-labelledby="lanes" className="flex min-w-0 flex-col gap-3">
      <h2 id="lanes">{t("by_operator")}</h2>
      <ul className="divide-y divide-line rounded-card border border-line bg-surface">
        {shown.map(({ operator, progress, rate, reason, total }) => (
          <li key={operator.id} className="flex flex-col gap-1.5 px-4 py-3">
            <div className="flex flex-wrap items-baseline justify-between gap-x-4">
              <span className="font-medium">{operator.name}</span>
              <span className="text-soft max-[350px]:basis-full">
                {format.number(triedOf(progress))} / {format.number(total)}
                {!isOver && (
                  <>
                    {" · "}
                    {operator.rate_per_second === null
                      ? t("rate_no_limit", { rate: format.number(shownRate(rate)) })
                      : t("rate_of", {
                          rate: format.number(shownRate(rate)),
                          limit: format.number(operator.rate_per_second),
                        })}
                  </>
                )}
              </span>
            </div>
            <ProgressStrip progress={progress} total={total} name={operator.name} />
            {!isOver && <p className="text-[0.9rem] text-soft">{reason.detail}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}
