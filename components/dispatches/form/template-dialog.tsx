"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ConfirmDialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { useNotice } from "@/components/ui/notice";
import type { Template } from "@/lib/contract/dispatches/prepared";
import { call, ProblemError } from "@/lib/web/client";
import { refreshQueries } from "@/lib/web/refresh";
import type { Draft } from "./draft";
import { sentText } from "./notation";

/** Saves the form as a template, or changes a template. */
export default function TemplateDialog({
  template,
  fields,
  onClose,
}: {
  template?: Template;
  /** The content of a new template. */
  fields?: Draft;
  onClose: () => void;
}) {
  const t = useTranslations("form.template");
  const form = useTranslations("form");
  const app = useTranslations("app");
  const client = useQueryClient();
  const notify = useNotice();
  const [name, setName] = useState(template?.name ?? "");
  const [text, setText] = useState(template?.message_text ?? (fields ? sentText(fields) : ""));
  const save = useMutation({
    mutationFn: () => {
      const body = { name, message_text: text };
      if (template)
        return call<Template>("PATCH", `templates/${template.id}/`, body, {
          "if-match": `"${template.version}"`,
        });
      const { filter_mobile_operator_code, filter_tag, sender, personal } = fields!;
      const others = { filter_mobile_operator_code, filter_tag, sender };
      const max_segments = personal ? fields!.max_segments : null;
      return call<Template>("POST", "templates/", { ...body, ...others, max_segments });
    },
    onSuccess: () => {
      void refreshQueries(client, ["templates"]);
      notify({ text: t("saved") });
      onClose();
    },
  });
  const errors = save.error instanceof ProblemError ? (save.error.problem.errors ?? []) : [];
  const at = (pointer: string) => errors.find((error) => error.pointer === pointer)?.detail;
  // A conflict means that another template has this name.
  const status = save.error instanceof ProblemError ? save.error.problem.status : undefined;
  const rest =
    save.error && errors.length === 0 && status !== 409
      ? status === undefined
        ? app("no_answer")
        : save.error.message
      : undefined;
  return (
    <ConfirmDialog
      title={t(template ? "edit" : "title")}
      isOpen
      onClose={onClose}
      confirm={{ label: form("save"), run: () => save.mutate(), isPending: save.isPending }}
    >
      <Field
        label={t("name")}
        value={name}
        maxLength={100}
        autoFocus
        error={at("/name") ?? (status === 409 ? save.error?.message : undefined)}
        onChange={setName}
        onKeyDown={(event) => {
          // The dialog handles Escape.
          if (event.key !== "Enter") return event.continuePropagation();
          event.preventDefault();
          if (!save.isPending) save.mutate();
        }}
      />
      <Field area label={form("message")} value={text} error={at("/message_text")} onChange={setText} />
      {rest && (
        <p role="alert" className="rounded-md bg-bad-wash px-3 py-2 text-bad">
          {rest}
        </p>
      )}
    </ConfirmDialog>
  );
}
