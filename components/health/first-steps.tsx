"use client";

import { Check } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useMe } from "@/components/shell/me";
import { Button, ButtonLink } from "@/components/ui/button";
import type { Overview } from "@/lib/contract/health/overview";
import type { Right } from "@/lib/domain/rights";

const OperatorDialog = dynamic(() => import("@/components/audience/operator-dialog"), { ssr: false });

/**
 * The steps in order, with the right that each requires. The user makes an operator here; the other
 * steps link to their own pages.
 */
const places = [
  { step: "operator", right: "operators:write", href: null },
  { step: "recipients", right: "audience:write", href: "/audience?tab=import" },
  { step: "test", right: "dispatches:write", href: "/dispatches/new?test" },
  { step: "dispatch", right: "dispatches:write", href: "/dispatches/new" },
] as const satisfies { step: string; right: Right; href: string | null }[];

/**
 * The steps of a new installation to its first dispatch. The test may be skipped: a dispatch
 * completes all steps.
 */
export function FirstSteps({ steps }: { steps: NonNullable<Overview["first_steps"]> }) {
  const t = useTranslations("overview.first");
  const { rights } = useMe();
  const [isAdding, setAdding] = useState(false);
  const isDone = { ...steps, dispatch: false };
  const next = places.find(({ step }) => !isDone[step])?.step;
  return (
    <section aria-labelledby="first-steps" className="flex max-w-5xl flex-col gap-3">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 id="first-steps">{t("title")}</h2>
        <p role="status" className="text-soft">
          {t("progress", { done: places.filter(({ step }) => isDone[step]).length })}
        </p>
      </div>
      <ol className="divide-y divide-line overflow-hidden rounded-card border border-line bg-surface">
        {places.map(({ step, right, href }, index) => {
          const state = isDone[step] ? "done" : step === next ? "next" : "later";
          const look = looks[state];
          const label = t(`${step}.${isDone[step] ? "again" : "do"}`);
          return (
            <li
              key={step}
              aria-current={state === "next" ? "step" : undefined}
              className="grid grid-cols-[auto_minmax(0,1fr)] items-start gap-x-3.5 gap-y-3 px-4 py-4 aria-[current=step]:bg-accent-wash sm:grid-cols-[auto_minmax(0,1fr)_auto] sm:items-center"
            >
              <span
                aria-hidden
                className={`grid size-7 place-items-center rounded-full font-semibold ${look.mark}`}
              >
                {state === "done" ? <Check size={16} /> : index + 1}
              </span>
              <div className="flex flex-col gap-0.5">
                <h3
                  className={`flex flex-wrap items-baseline gap-x-2.5 font-medium ${state === "later" ? "text-soft" : ""}`}
                >
                  {t(`${step}.title`)}
                  <span
                    className={`font-normal text-[0.9rem] ${state === "next" ? "text-accent" : "text-soft"}`}
                  >
                    {t(state)}
                    {step === "test" && state !== "done" && ` · ${t("optional")}`}
                  </span>
                </h3>
                <p className="text-soft">{t(`${step}.why`)}</p>
                {state === "next" && !rights.includes(right) && <p>{t("forbidden")}</p>}
              </div>
              {rights.includes(right) && (
                <div className="col-start-2 sm:col-start-3">
                  {href ? (
                    <ButtonLink href={href} variant={look.button} className={look.place}>
                      {label}
                    </ButtonLink>
                  ) : (
                    <Button variant={look.button} className={look.place} onClick={() => setAdding(true)}>
                      {label}
                    </Button>
                  )}
                </div>
              )}
            </li>
          );
        })}
      </ol>
      {isAdding && <OperatorDialog operator={null} onClose={() => setAdding(false)} />}
    </section>
  );
}

/** A button without a frame aligns with its text. */
const looks = {
  done: { mark: "bg-good/15 text-good", button: "quiet", place: "max-sm:-ml-2" },
  next: { mark: "bg-accent text-accent-ink", button: "primary", place: "" },
  later: { mark: "border border-line-strong/60 text-soft", button: "plain", place: "" },
} as const;
