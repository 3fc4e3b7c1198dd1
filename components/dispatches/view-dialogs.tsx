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
import { refreshQueries } from "@/lib/web/refresh";

/** Gives what is shown a name, under which it is kept. */
export function SaveView({ filter, onClose }: { filter: DispatchViewFilter; onClose: () => void }) {
  const t = useTranslations("views");
  return (
    <NameView
      title={t("title")}
      explain={t("explain")}
      done={t("saved")}
      save={(name) => call<DispatchView>("POST", "dispatch-views/", { name, filter })}
      onClose={onClose}
    />
  );
}

/** Gives a view another name. */
export function RenameView({ view, onClose }: { view: DispatchView; onClose: () => void }) {
  const t = useTranslations("views");
  return (
    <NameView
      title={t("rename_title")}
      explain={t("rename_explain")}
      done={t("renamed")}
      from={view.name}
      save={(name) => call<DispatchView>("PATCH", `dispatch-views/${view.id}/`, { name })}
      onClose={onClose}
    />
  );
}

interface NameViewProps {
  title: string;
  explain: string;
  done: string;
  from?: string;
  save: (name: string) => Promise<DispatchView>;
  onClose: () => void;
}

function NameView({ title, explain, done, from = "", save: run, onClose }: NameViewProps) {
  const t = useTranslations("views");
  const client = useQueryClient();
  const notify = useNotice();
  const [name, setName] = useState(from);
  const save = useMutation({
    mutationFn: () => run(name),
    onSuccess: async () => {
      await refreshQueries(client, viewsQuery.queryKey);
      notify({ text: done });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title={title}
      isOpen
      onClose={onClose}
      confirm={{ label: t("confirm"), run: () => save.mutate(), isPending: save.isPending }}
    >
      <p className="text-soft">{explain}</p>
      <Field
        label={t("name")}
        value={name}
        maxLength={100}
        autoFocus
        error={useFault(save.error)}
        onChange={setName}
        onKeyDown={(event) => {
          // The dialog handles Escape.
          if (event.key !== "Enter") return event.continuePropagation();
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
      await refreshQueries(client, viewsQuery.queryKey);
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
