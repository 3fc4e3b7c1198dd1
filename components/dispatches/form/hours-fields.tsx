"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { Controller, useFormContext, useWatch } from "react-hook-form";
import { useMay } from "@/components/shell/me";
import { HoursFields as Fields } from "@/components/ui/hours-fields";
import { hintClass } from "@/components/ui/input-classes";
import { type Hours, weekdays } from "@/lib/domain/daily-hours";
import { quietHoursQuery } from "@/lib/web/queries";
import type { Draft } from "./draft";

const daytime: Hours = { from: "09:00", to: "21:00", days: [...weekdays], unknown_zone: "dispatch" };

/** The hours by each recipient's local time, and whether the installation's quiet hours apply. */
export function HoursFields() {
  const t = useTranslations("form");
  const { control } = useFormContext<Draft>();
  const mayIgnore = useMay("quiet_hours:ignore");
  const ignores = useWatch({ control, name: "ignore_quiet_hours" });
  const { data: quiet } = useQuery(quietHoursQuery);
  return (
    <fieldset className="flex min-w-0 flex-col gap-3">
      <legend className="sr-only">{t("hours")}</legend>
      <Controller
        control={control}
        name="local_time"
        render={({ field, fieldState }) => (
          <>
            <label className="flex items-baseline gap-2.5">
              <input
                ref={field.ref}
                type="checkbox"
                className="accent-accent"
                checked={field.value !== null}
                onChange={({ target }) => field.onChange(target.checked ? daytime : null)}
              />
              <span className="flex flex-col">
                {t("own_time")}
                <span className={hintClass}>{t("own_time_hint")}</span>
              </span>
            </label>
            {field.value && (
              <Fields
                value={field.value}
                unknown={t("unknown_dispatch")}
                onChange={field.onChange}
                error={fieldState.error?.message}
              />
            )}
          </>
        )}
      />
      {quiet && (quiet.enabled || ignores) && (
        <Controller
          control={control}
          name="ignore_quiet_hours"
          render={({ field }) =>
            // The user can take back what somebody else has chosen.
            mayIgnore || field.value ? (
              <label className="flex items-baseline gap-2.5">
                <input
                  ref={field.ref}
                  type="checkbox"
                  className="accent-accent"
                  checked={field.value}
                  onChange={({ target }) => field.onChange(target.checked)}
                />
                {t("ignore_quiet_hours", { from: quiet.from, to: quiet.to })}
              </label>
            ) : (
              <p className={hintClass}>{t("quiet_hours", { from: quiet.from, to: quiet.to })}</p>
            )
          }
        />
      )}
    </fieldset>
  );
}
