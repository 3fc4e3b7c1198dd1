"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useForm } from "react-hook-form";
import { FormDialog } from "@/components/audience/form-dialog";
import { TextInput } from "@/components/shell/sign-in-form";
import { labelClass } from "@/components/ui/input-classes";
import { useShowProblem } from "@/components/ui/problem-fields";
import { Select } from "@/components/ui/select";
import type { NewApiKey } from "@/lib/contract/access/api-key";
import { type Scope, scopes } from "@/lib/domain/rights";
import { call } from "@/lib/web/client";

const DAY_MS = 86_400_000;
const lives = [30, 90, 365] as const;

/** Makes a key: its purpose, its scopes and how long it works. */
export default function KeyDialog({
  onClose,
  onMade,
}: {
  onClose: () => void;
  onMade: (key: NewApiKey) => void;
}) {
  const t = useTranslations("settings");
  const form = useForm({
    defaultValues: { name: "", scopes: ["read"] as Scope[], expires_at: "90", daily_recipients: "" },
  });
  const showProblem = useShowProblem(form.setError, ["name", "scopes", "expires_at", "daily_recipients"]);
  const make = useMutation({
    mutationFn: (values: { name: string; scopes: Scope[]; expires_at: string; daily_recipients: string }) => {
      const ceiling = values.daily_recipients.replace(/\s/g, "");
      return call<NewApiKey>("POST", "api-keys/", {
        name: values.name,
        scopes: values.scopes,
        expires_at:
          values.expires_at === ""
            ? null
            : new Date(Date.now() + Number(values.expires_at) * DAY_MS).toISOString(),
        // We send text that is no number unchanged: the server says what is wrong.
        daily_recipients:
          ceiling === "" ? null : Number.isFinite(Number(ceiling)) ? Number(ceiling) : ceiling,
      });
    },
    onSuccess: onMade,
    onError: showProblem,
  });
  const { errors } = form.formState;
  return (
    <FormDialog
      title={t("new_key")}
      onClose={onClose}
      onSubmit={form.handleSubmit((values) => make.mutate(values))}
      isPending={make.isPending}
      error={errors.root?.message}
    >
      <TextInput
        id="key-name"
        label={t("key_name")}
        hint={t("key_name_hint")}
        error={errors.name?.message}
        {...form.register("name")}
      />
      <fieldset className="flex flex-col gap-1.5" aria-describedby="scopes-error">
        <legend className={`${labelClass} mb-1.5`}>{t("scopes")}</legend>
        {scopes.map((scope) => (
          <label key={scope} className="flex items-baseline gap-2.5">
            <input type="checkbox" value={scope} {...form.register("scopes")} />
            <span>
              <code className="mr-1 rounded bg-raised px-1 text-[0.9rem]">{scope}</code>{" "}
              <span className="text-soft">{t(`scope.${scope.replace(":", "_")}`)}</span>
            </span>
          </label>
        ))}
        <p id="scopes-error" role="alert" className="text-[0.9rem] text-bad empty:hidden">
          {errors.scopes?.message}
        </p>
      </fieldset>
      <label className="flex flex-col gap-1.5">
        <span className={labelClass}>{t("lives")}</span>
        <Select {...form.register("expires_at")}>
          {lives.map((days) => (
            <option key={days} value={days}>
              {t("days", { days })}
            </option>
          ))}
          <option value="">{t("no_expiry")}</option>
        </Select>
      </label>
      <TextInput
        id="key-ceiling"
        inputMode="numeric"
        label={t("ceiling")}
        hint={t("ceiling_hint")}
        error={errors.daily_recipients?.message}
        {...form.register("daily_recipients")}
      />
    </FormDialog>
  );
}
