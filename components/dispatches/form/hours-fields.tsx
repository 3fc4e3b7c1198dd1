"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { Controller, useFormContext, useWatch } from "react-hook-form";
import { useMay } from "@/components/shell/me";
import { hintClass } from "@/components/ui/input-classes";
import { quietHoursQuery } from "@/lib/web/queries";
import type { Draft } from "./draft";

// Few dispatches need it.
const Fields = dynamic(() => import("@/components/ui/hours-fields").then((ui) => ui.HoursFields), {
  ssr: false,
});

/** The hours by each recipient's local time, and whether the installation's quiet hours apply. */
export function HoursFields() {
  const t = useTranslations("form");
  const { control } = useFormContext<Draft>();
  const mayIgnore = useMay("quiet_hours:ignore");
  const [hours, ownDay, ignores] = useWatch({
    control,
    name: ["local_time", "own_day", "ignore_quiet_hours"],
  });
  const { data: quiet } = useQuery(quietHoursQuery);
  return (
    <>
      {hours && !ownDay && (
        <Controller
          control={control}
          name="local_time"
          render={({ field, fieldState }) => (
            <Fields
              value={hours}
              unknown={t("unknown_dispatch")}
              onChange={field.onChange}
              error={fieldState.error?.message}
            />
          )}
        />
      )}
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
    </>
  );
}
