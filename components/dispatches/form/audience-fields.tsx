"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useFormatter, useTranslations } from "next-intl";
import { memo, useRef } from "react";
import { Controller, useFormContext, useWatch } from "react-hook-form";
import { everybody } from "@/components/audience/expression/expression";
import { Button } from "@/components/ui/button";
import { Choice } from "@/components/ui/choice";
import type { WholeExpression } from "@/lib/contract/audience/expression";
import type { PreviewAnswer } from "@/lib/contract/dispatches/preview";
import { ProblemError } from "@/lib/web/client";
import { operatorsQuery, tagsQuery } from "@/lib/web/queries";
import type { Draft } from "./draft";

const EVERYONE = "*";
// Most dispatches filter by one tag or none: the rest is loaded on demand.
const ExpressionPart = dynamic(() => import("./expression-part"), { ssr: false });

/** The audience: its filters, and the count by operator. */
export const AudienceFields = memo(function AudienceFields({
  audience,
  error,
  editedId,
}: {
  audience: PreviewAnswer["audience"] | undefined;
  error: Error | null;
  /** The id of the edited dispatch. */
  editedId: string | undefined;
}) {
  const t = useTranslations("form");
  const format = useFormatter();
  const { control, setValue, getValues } = useFormContext<Draft>();
  const terms = useWatch({ control, name: "audience" });
  const operators = useQuery(operatorsQuery);
  const tags = useQuery(tagsQuery);
  /** The expression that means the same as the filters, to continue from. */
  function fromFilters(): WholeExpression {
    const values = getValues();
    const tag = tags.data?.find(({ id }) => id === values.filter_tag);
    const operator = operators.data?.find(({ id }) => id === values.filter_mobile_operator_code);
    return {
      ...everybody,
      tags: { ...everybody.tags, all: tag ? [tag.name] : [] },
      operators: operator ? [operator.code] : [],
    };
  }
  /** Conditions that were left for the simple filters come back, unless those changed. */
  const left = useRef<WholeExpression>(null);
  function toggleConditions(): void {
    setValue("audience", terms === null ? (left.current ?? fromFilters()) : null, { shouldDirty: true });
    left.current = terms;
  }
  const most = Math.max(1, ...(audience?.by_operator.map(({ count }) => count) ?? []));
  return (
    <fieldset className="flex min-w-0 flex-col gap-3">
      <legend className="mb-3 font-semibold text-base">{t("audience")}</legend>
      {terms !== null && (
        <Controller
          control={control}
          name="audience"
          render={({ field, fieldState }) => (
            <ExpressionPart
              value={field.value ?? everybody}
              onChange={field.onChange}
              error={fieldState.error?.message}
              editedId={editedId}
            />
          )}
        />
      )}
      <div className={terms === null ? "grid gap-4 sm:grid-cols-2" : "hidden"}>
        <Controller
          control={control}
          name="filter_mobile_operator_code"
          render={({ field, fieldState }) => (
            <Choice
              label={t("operator")}
              value={field.value ?? EVERYONE}
              onChange={(id) => {
                left.current = null;
                field.onChange(id === EVERYONE ? null : id);
              }}
              error={fieldState.error?.message}
              controlRef={field.ref}
              options={[
                { id: EVERYONE, name: t("every_operator") },
                ...(operators.data ?? []).map(({ id, name, rate_per_second: rate }) => ({
                  id,
                  name,
                  note: rate === null ? undefined : t("per_second", { rate: format.number(rate) }),
                })),
              ]}
            />
          )}
        />
        <Controller
          control={control}
          name="filter_tag"
          render={({ field, fieldState }) => (
            <Choice
              label={t("tag")}
              value={field.value ?? EVERYONE}
              onChange={(id) => {
                left.current = null;
                field.onChange(id === EVERYONE ? null : id);
              }}
              error={fieldState.error?.message}
              controlRef={field.ref}
              options={[
                { id: EVERYONE, name: t("every_tag") },
                ...(tags.data ?? []).map(({ id, name, recipients }) => ({
                  id,
                  name,
                  note: format.number(recipients),
                })),
              ]}
            />
          )}
        />
      </div>
      <Button variant="quiet" className="-ml-2 self-start" onClick={toggleConditions}>
        {terms === null ? t("more_conditions") : t("fewer_conditions")}
      </Button>
      <div
        aria-live="polite"
        // While it counts, it has the height of a usual answer.
        className={`rounded-card border border-line bg-surface p-4 ${audience ? "min-h-28" : "min-h-56 sm:min-h-40"}`}
      >
        {audience ? (
          <div className="flex flex-col gap-2.5">
            <p>
              <strong className="font-semibold text-lg">
                {audience.is_estimate && "≈ "}
                {t("recipients", { count: audience.total })}
              </strong>
              {audience.excluded
                .filter(({ count }) => count > 0)
                .map(({ reason, count }) => (
                  <span key={reason} className="ml-2 text-soft">
                    {t(`excluded.${reason}`, { count })}
                  </span>
                ))}
            </p>
            {audience.clauses.length > 1 && (
              <ol aria-label={t("by_clause")} className="flex flex-col gap-1 border-line border-b pb-2.5">
                {audience.clauses.map(({ clause, left, is_estimate: isEstimate }) => (
                  <li key={clause} className="flex justify-between gap-4">
                    <span className="text-soft">{t(`clause.${clause}`)}</span>
                    <span>
                      {isEstimate && "≈ "}
                      {format.number(left)}
                    </span>
                  </li>
                ))}
              </ol>
            )}
            <ul className="grid gap-x-6 gap-y-1.5 sm:grid-cols-2">
              {audience.by_operator
                .filter(({ count }) => count > 0)
                .map(({ operator, count }) => (
                  <li
                    key={operator.id}
                    className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)_auto] items-center gap-2"
                  >
                    <span className="truncate text-soft" title={operator.name}>
                      {operator.name}
                    </span>
                    <span className="h-1.5 rounded-full bg-raised">
                      <span
                        className="block h-full rounded-full bg-accent"
                        style={{ width: `${(100 * count) / most}%` }}
                      />
                    </span>
                    <span className="min-w-11 text-right">{format.number(count)}</span>
                  </li>
                ))}
            </ul>
            {audience.samples.length > 0 && (
              <p className="truncate text-[0.9rem] text-soft">
                {t("samples")} {audience.samples.join(", ")}
              </p>
            )}
          </div>
        ) : (
          <p className={error ? "text-bad" : "text-soft"}>
            {error
              ? (error instanceof ProblemError &&
                  error.problem.status < 500 &&
                  (error.problem.errors?.[0]?.detail ?? error.message)) ||
                t("not_counted")
              : t("counting")}
          </p>
        )}
      </div>
    </fieldset>
  );
});
