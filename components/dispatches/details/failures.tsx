"use client";

import { useSearchParams } from "next/navigation";
import { useFormatter, useTranslations } from "next-intl";
import { setParams } from "@/components/ui/url";
import { useReason } from "@/components/ui/use-reason";
import type { Timeline } from "@/lib/contract/dispatches/timeline";

/** The reasons of failures, the most frequent first. Each filters the messages below. */
export function Failures({ failures }: { failures: Timeline["failures"] }) {
  const t = useTranslations("dispatch");
  const outcome = useTranslations("outcome");
  const reason = useReason();
  const format = useFormatter();
  const params = useSearchParams();
  const most = Math.max(...failures.map(({ count }) => count));
  return (
    <section aria-labelledby="failures" className="flex flex-col gap-3">
      <h2 id="failures">{t("failures")}</h2>
      <ul className="divide-y divide-line overflow-hidden rounded-card border border-line bg-surface">
        {failures.map((failure) => {
          const isChosen = params.get("outcome") === failure.outcome && params.get("error") === failure.code;
          return (
            <li key={`${failure.outcome} ${failure.code}`}>
              <button
                type="button"
                aria-pressed={isChosen}
                title={t("show_these")}
                onClick={() =>
                  setParams(
                    isChosen
                      ? { outcome: null, error: null }
                      : { outcome: failure.outcome, error: failure.code },
                  )
                }
                className="relative flex w-full print:flex! items-baseline justify-between gap-3 px-4 py-2.5 text-left -outline-offset-2 hover:bg-raised aria-pressed:bg-accent-wash"
              >
                <span
                  aria-hidden
                  className="absolute inset-y-0 left-0 bg-bad/10"
                  style={{ width: `${(100 * failure.count) / most}%` }}
                />
                <span className="relative min-w-0 break-words">
                  <span className="inline-block font-medium first-letter:uppercase">
                    {reason(failure.code)}
                  </span>
                  <span className="ml-2 text-soft">{outcome(failure.outcome as "failed")}</span>
                </span>
                <span className="relative font-medium">{format.number(failure.count)}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
