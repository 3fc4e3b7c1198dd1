"use client";

import { useQuery } from "@tanstack/react-query";
import { useFormatter, useTranslations } from "next-intl";
import { Controller, useFormContext } from "react-hook-form";
import { Choice } from "@/components/ui/choice";
import type { PreviewAnswer } from "@/lib/contract/dispatches/preview";
import { ProblemError } from "@/lib/web/client";
import { operatorsQuery, tagsQuery } from "@/lib/web/queries";
import type { Draft } from "./draft";

const EVERYONE = "*";

/** Who gets it: the filters, and how many that are, by operator. */
export function AudienceFields({
  audience,
  error,
}: {
  audience: PreviewAnswer["audience"] | undefined;
  error: Error | null;
}) {
  const t = useTranslations("form");
  const format = useFormatter();
  const { control } = useFormContext<Draft>();
  const operators = useQuery(operatorsQuery);
  const tags = useQuery(tagsQuery);
  const most = Math.max(1, ...(audience?.by_operator.map(({ count }) => count) ?? []));
  return (
    <fieldset className="flex min-w-0 flex-col gap-3">
      <legend className="mb-3 font-semibold text-base">{t("audience")}</legend>
      <div className="grid gap-4 sm:grid-cols-2">
        <Controller
          control={control}
          name="filter_mobile_operator_code"
          render={({ field, fieldState }) => (
            <Choice
              label={t("operator")}
              value={field.value ?? EVERYONE}
              onChange={(id) => field.onChange(id === EVERYONE ? null : id)}
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
              onChange={(id) => field.onChange(id === EVERYONE ? null : id)}
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
      <div aria-live="polite" className="min-h-28 rounded-card border border-line bg-surface p-4">
        {audience ? (
          <div className="flex flex-col gap-2.5">
            <p>
              <strong className="font-semibold text-lg">{t("recipients", { count: audience.total })}</strong>
              {audience.excluded
                .filter(({ count }) => count > 0)
                .map(({ reason, count }) => (
                  <span key={reason} className="ml-2 text-soft">
                    {t(`excluded.${reason}`, { count })}
                  </span>
                ))}
            </p>
            <ul className="grid gap-x-6 gap-y-1.5 sm:grid-cols-2">
              {audience.by_operator
                .filter(({ count }) => count > 0)
                .map(({ operator, count }) => (
                  <li key={operator.id} className="grid grid-cols-[6.5rem_1fr_auto] items-center gap-2">
                    <span className="truncate text-soft">{operator.name}</span>
                    <span className="h-1.5 rounded-full bg-raised">
                      <span
                        className="block h-full rounded-full bg-accent"
                        style={{ width: `${(100 * count) / most}%` }}
                      />
                    </span>
                    <span>{format.number(count)}</span>
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
              ? (error instanceof ProblemError && error.problem.errors?.[0]?.detail) || t("not_counted")
              : t("counting")}
          </p>
        )}
      </div>
    </fieldset>
  );
}
