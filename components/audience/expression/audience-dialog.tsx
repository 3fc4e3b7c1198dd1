"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { Controller, useForm } from "react-hook-form";
import { FormDialog } from "@/components/audience/form-dialog";
import { Field } from "@/components/ui/field";
import { useNotice } from "@/components/ui/notice";
import { useShowProblem } from "@/components/ui/problem-fields";
import type { WholeExpression } from "@/lib/contract/audience/expression";
import type { SavedAudience } from "@/lib/contract/audience/saved-audience";
import { call, ProblemError } from "@/lib/web/client";
import { refreshQueries } from "@/lib/web/refresh";
import { everybody, filledPart } from "./expression";
import { ExpressionFields } from "./expression-fields";

interface Values {
  name: string;
  expression: WholeExpression;
}

/** Saves an audience under a name, or changes one. */
export default function AudienceDialog({
  audience,
  initial = everybody,
  onClose,
}: {
  audience: SavedAudience | null;
  /** The expression of a new audience. */
  initial?: WholeExpression;
  onClose: () => void;
}) {
  const t = useTranslations("audience");
  const client = useQueryClient();
  const notify = useNotice();
  const form = useForm<Values>({
    defaultValues: { name: audience?.name ?? "", expression: audience?.expression ?? initial },
  });
  const showProblem = useShowProblem(form.setError, ["name"]);
  const save = useMutation({
    mutationFn: ({ name, expression }: Values) => {
      const body = { name, expression: filledPart(expression) };
      return audience
        ? call<SavedAudience>("PATCH", `audiences/${audience.id}/`, body, {
            "if-match": `"${audience.version}"`,
          })
        : call<SavedAudience>("POST", "audiences/", body);
    },
    onSuccess: () => {
      void refreshQueries(client, ["audiences"]);
      notify({ text: t("saved"), tone: "good" });
      onClose();
    },
    onError: (error) => {
      if (error instanceof ProblemError && error.problem.status === 412) {
        void refreshQueries(client, ["audiences"]);
        form.setError("root", { message: t("audience_newer") });
      } else showProblem(error);
    },
  });
  return (
    <FormDialog
      title={audience ? audience.name : t("new_audience")}
      onClose={onClose}
      onSubmit={form.handleSubmit((values) => save.mutate(values))}
      isPending={save.isPending}
      error={form.formState.errors.root?.message}
    >
      <Controller
        control={form.control}
        name="name"
        render={({ field, fieldState }) => (
          <Field
            label={t("name")}
            autoFocus
            value={field.value}
            onChange={field.onChange}
            onBlur={field.onBlur}
            inputRef={field.ref}
            error={fieldState.error?.message}
          />
        )}
      />
      <Controller
        control={form.control}
        name="expression"
        render={({ field }) => <ExpressionFields value={field.value} onChange={field.onChange} />}
      />
    </FormDialog>
  );
}
