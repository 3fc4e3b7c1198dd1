"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ConfirmDialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { useNotice } from "@/components/ui/notice";
import type { DispatchView, DispatchViewFilter } from "@/lib/contract/dispatches/view";
import { call, ProblemError } from "@/lib/web/client";
import { viewsQuery } from "@/lib/web/queries";

/** Gives a view a name. */
export function SaveView({ filter, onClose }: { filter: DispatchViewFilter; onClose: () => void }) {
  const t = useTranslations("views");
  const client = useQueryClient();
  const notify = useNotice();
  const [name, setName] = useState("");
  const save = useMutation({
    mutationFn: () => call<DispatchView>("POST", "dispatch-views/", { name, filter }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: viewsQuery.queryKey });
      notify({ text: t("saved") });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title={t("title")}
      isOpen
      onClose={onClose}
      confirm={{ label: t("confirm"), run: () => save.mutate(), isPending: save.isPending }}
    >
      <p className="text-soft">{t("explain")}</p>
      <Field
        label={t("name")}
        value={name}
        maxLength={100}
        autoFocus
        error={useFault(save.error)}
        onChange={setName}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          if (!save.isPending) save.mutate();
        }}
      />
    </ConfirmDialog>
  );
}

/** Asks, then deletes a view. */
export function DeleteView({ view, onClose }: { view: DispatchView; onClose: () => void }) {
  const t = useTranslations("views");
  const client = useQueryClient();
  const notify = useNotice();
  const remove = useMutation({
    mutationFn: () => call<void>("DELETE", `dispatch-views/${view.id}/`),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: viewsQuery.queryKey });
      notify({ text: t("deleted") });
      onClose();
    },
  });
  const fault = useFault(remove.error);
  return (
    <ConfirmDialog
      title={t("delete_title", { name: view.name })}
      isOpen
      onClose={onClose}
      confirm={{
        label: t("delete_confirm"),
        isDanger: true,
        isPending: remove.isPending,
        run: () => remove.mutate(),
      }}
    >
      <p className="text-soft">{t("delete_explain")}</p>
      {fault && (
        <p role="alert" className="rounded-md bg-bad-wash px-3 py-2 text-bad">
          {fault}
        </p>
      )}
    </ConfirmDialog>
  );
}

/** The error in the words of the API, if it answered. */
function useFault(error: Error | null): string | undefined {
  const app = useTranslations("app");
  if (!error) return undefined;
  if (!(error instanceof ProblemError)) return app("no_answer");
  return error.problem.errors?.[0]?.detail ?? error.message;
}
