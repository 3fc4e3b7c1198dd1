"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { Controller, useForm } from "react-hook-form";
import { Field } from "@/components/ui/field";
import { useNotice } from "@/components/ui/notice";
import { useShowProblem } from "@/components/ui/problem-fields";
import type { Tag } from "@/lib/contract/audience/tag";
import { call } from "@/lib/web/client";
import { refreshQueries } from "@/lib/web/refresh";
import { FormDialog } from "./form-dialog";

/** Adds a tag or renames it. */
export default function TagDialog({ tag, onClose }: { tag: Tag | null; onClose: () => void }) {
  const t = useTranslations("audience");
  const client = useQueryClient();
  const notify = useNotice();
  const form = useForm({ defaultValues: { name: tag?.name ?? "" } });
  const showProblem = useShowProblem(form.setError, ["name"]);
  const save = useMutation({
    mutationFn: ({ name }: { name: string }) =>
      tag ? call<Tag>("PATCH", `tags/${tag.id}/`, { name }) : call<Tag>("POST", "tags/", { name }),
    onSuccess: () => {
      void refreshQueries(client, ["tags"], ["recipients"]);
      notify({ text: t("saved"), tone: "good" });
      onClose();
    },
    onError: showProblem,
  });
  return (
    <FormDialog
      title={tag ? tag.name : t("new_tag")}
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
    </FormDialog>
  );
}
