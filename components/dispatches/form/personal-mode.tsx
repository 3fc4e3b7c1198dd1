"use client";

import { useFormatter, useTranslations } from "next-intl";
import { Controller, useFormContext, useWatch } from "react-hook-form";
import { errorClass, hintClass, labelClass } from "@/components/ui/input-classes";
import { Select } from "@/components/ui/select";
import { readPersonalText } from "@/lib/domain/text/personal-text";
import type { Draft } from "./draft";

/** Higher limits are rare. A limit that somebody else has set stays an option. */
const LIMITS = [1, 2, 3, 4, 5, 6, 8, 10];

/** Chooses whether braces are placeholders, and limits the length of the texts. */
export default function PersonalMode() {
  const t = useTranslations("form.personal");
  const format = useFormatter();
  const { control, clearErrors } = useFormContext<Draft>();
  const [text, isPersonal] = useWatch({ control, name: ["message_text", "personal"] });
  const read = readPersonalText(text);
  const names = "wrong" in read ? undefined : read.names;
  return (
    <div className="flex flex-col gap-3 rounded-md bg-raised px-3 py-2.5">
      <Controller
        control={control}
        name="personal"
        render={({ field }) => (
          <label className="flex items-baseline gap-2.5">
            <input
              ref={field.ref}
              type="checkbox"
              className="accent-accent"
              checked={field.value}
              onChange={({ target }) => {
                clearErrors("message_text");
                field.onChange(target.checked);
              }}
            />
            <span className="flex min-w-0 flex-col [overflow-wrap:anywhere]">
              {t("on")}
              <span role="status" className={hintClass}>
                {!isPersonal
                  ? t("off_hint")
                  : names === undefined
                    ? t("on_hint")
                    : names.length > 0
                      ? t("names", { names: format.list(names) })
                      : t("no_names")}
              </span>
            </span>
          </label>
        )}
      />
      {isPersonal && (
        <Controller
          control={control}
          name="max_segments"
          render={({ field, fieldState }) => (
            <label className="flex flex-col items-start gap-1.5">
              <span className={labelClass}>{t("longest_allowed")}</span>
              <Select
                ref={field.ref}
                className="max-w-full"
                value={field.value ?? ""}
                onChange={({ target }) => field.onChange(target.value === "" ? null : Number(target.value))}
              >
                <option value="">{t("any_length")}</option>
                {[...new Set([...LIMITS, field.value ?? 1])]
                  .sort((a, b) => a - b)
                  .map((segments) => (
                    <option key={segments} value={segments}>
                      {t("segments", { segments })}
                    </option>
                  ))}
              </Select>
              <span className={hintClass}>{t("limit_hint")}</span>
              <span role="alert" className={`${errorClass} empty:hidden`}>
                {fieldState.error?.message}
              </span>
            </label>
          )}
        />
      )}
    </div>
  );
}
