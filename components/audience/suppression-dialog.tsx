"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { Controller, useForm } from "react-hook-form";
import { Field } from "@/components/ui/field";
import { useNotice } from "@/components/ui/notice";
import { useShowProblem } from "@/components/ui/problem-fields";
import type { Suppression } from "@/lib/contract/audience/suppression";
import { refreshOptOuts } from "@/lib/web/audience-queries";
import { call } from "@/lib/web/client";
import { FormDialog } from "./form-dialog";

/** Opts any number out, also one of no recipient. */
export default function SuppressionDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations("audience");
  const client = useQueryClient();
  const notify = useNotice();
  const form = useForm({ defaultValues: { phone: "" } });
  const showProblem = useShowProblem(form.setError, ["phone"]);
  const save = useMutation({
    mutationFn: ({ phone }: { phone: string }) =>
      call<Suppression>("POST", "suppressions/", { phone: phone.trim() }),
    onSuccess: ({ phone }) => {
      refreshOptOuts(client);
      notify({ text: t("opted_out_done", { phone }), tone: "good" });
      onClose();
    },
    onError: showProblem,
  });
  return (
    <FormDialog
      title={t("new_suppression")}
      onClose={onClose}
      onSubmit={form.handleSubmit((values) => save.mutate(values))}
      isPending={save.isPending}
      error={form.formState.errors.root?.message}
      submit={t("opt_out")}
    >
      <Controller
        control={form.control}
        name="phone"
        render={({ field, fieldState }) => (
          <Field
            label={t("phone")}
            type="tel"
            autoFocus
            placeholder="+79161234567"
            value={field.value}
            onChange={field.onChange}
            onBlur={field.onBlur}
            inputRef={field.ref}
            error={fieldState.error?.message}
          />
        )}
      />
      <p className="text-soft">{t("new_suppression_hint")}</p>
    </FormDialog>
  );
}
