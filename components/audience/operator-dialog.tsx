"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { Controller, useForm } from "react-hook-form";
import { Field } from "@/components/ui/field";
import { useNotice } from "@/components/ui/notice";
import { useShowProblem } from "@/components/ui/problem-fields";
import type { Operator } from "@/lib/contract/audience/operator";
import { call } from "@/lib/web/client";
import { refreshQueries } from "@/lib/web/refresh";
import { FormDialog } from "./form-dialog";

const fields = ["name", "code", "rate_per_second", "price_per_segment", "prefixes", "gateway"] as const;

/** Adds an operator or changes it. A rate takes effect at once. */
export default function OperatorDialog({
  operator,
  currency = null,
  onClose,
}: {
  operator: Operator | null;
  /** What prices are in; without it none is asked for. */
  currency?: string | null;
  onClose: () => void;
}) {
  const t = useTranslations("audience");
  const client = useQueryClient();
  const notify = useNotice();
  const form = useForm({
    defaultValues: {
      name: operator?.name ?? "",
      code: operator?.code ?? "",
      rate_per_second: operator?.rate_per_second?.toString() ?? "",
      price_per_segment: operator?.price_per_segment ?? "",
      prefixes: operator?.prefixes.join(", ") ?? "",
      gateway: operator?.gateway ?? "default",
    },
  });
  const showProblem = useShowProblem(form.setError, fields);
  const save = useMutation({
    mutationFn: ({ price_per_segment: price, ...values }: Record<(typeof fields)[number], string>) => {
      const body = {
        ...values,
        ...(currency !== null && { price_per_segment: price.trim().replace(",", ".") || null }),
        rate_per_second: rateOf(values.rate_per_second),
        prefixes: values.prefixes.split(/[\s,;]+/).filter((prefix) => prefix !== ""),
      };
      return operator
        ? call<Operator>("PATCH", `operators/${operator.id}/`, body)
        : call<Operator>("POST", "operators/", body);
    },
    onSuccess: () => {
      void refreshQueries(client, ["operators"], ["overview"]);
      notify({ text: t("saved"), tone: "good" });
      onClose();
    },
    onError: showProblem,
  });
  const shown = fields.filter((name) => name !== "price_per_segment" || currency !== null);
  return (
    <FormDialog
      title={operator ? operator.name : t("new_operator")}
      onClose={onClose}
      onSubmit={form.handleSubmit((values) => save.mutate(values))}
      isPending={save.isPending}
      error={form.formState.errors.root?.message}
    >
      {shown.map((name) => (
        <Controller
          key={name}
          control={form.control}
          name={name}
          render={({ field, fieldState }) => (
            <Field
              label={
                name === "price_per_segment"
                  ? t("price_of", { currency: currency ?? "" })
                  : t(name === "rate_per_second" ? "rate" : name)
              }
              autoFocus={name === "name" && !operator}
              area={name === "prefixes"}
              hint={name === "code" ? t("code_hint") : undefined}
              value={field.value}
              onChange={field.onChange}
              onBlur={field.onBlur}
              inputRef={field.ref}
              error={fieldState.error?.message}
            />
          )}
        />
      ))}
    </FormDialog>
  );
}

/**
 * Reads a rate, which may have a comma. We send text that is no number unchanged: the server says
 * what is wrong.
 */
function rateOf(text: string): number | string | null {
  const bare = text.trim().replace(",", ".");
  if (bare === "") return null;
  return Number.isFinite(Number(bare)) ? Number(bare) : text;
}
