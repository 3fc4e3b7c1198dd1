"use client";

import { useTranslations } from "next-intl";
import { memo } from "react";
import { Controller, useFormContext } from "react-hook-form";
import { Field } from "@/components/ui/field";
import type { Draft } from "./draft";

/** The name that the team uses. Recipients never see it. */
export const NameField = memo(function NameField() {
  const t = useTranslations("form");
  const { control } = useFormContext<Draft>();
  return (
    <Controller
      control={control}
      name="name"
      render={({ field, fieldState }) => (
        <Field
          label={t("name")}
          hint={t("name_hint")}
          value={field.value}
          maxLength={100}
          onChange={field.onChange}
          onBlur={field.onBlur}
          inputRef={field.ref}
          error={fieldState.error?.message}
          // Enter must not schedule the dispatch around it.
          onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
        />
      )}
    />
  );
});
