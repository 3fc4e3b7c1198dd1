"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { ConfirmDialog } from "@/components/ui/dialog";
import { Failure } from "@/components/ui/failure";
import { useNotice } from "@/components/ui/notice";
import { call } from "@/lib/web/client";

/** What the user is about to delete: its name, its path in the API, and a warning. */
export interface ToDelete {
  name: string;
  path: string;
  explain?: string;
}

/** Asks, then deletes. When the server refuses, the dialog says why. */
export function DeleteDialog({
  toDelete,
  onClose,
  onDeleted,
}: {
  toDelete: ToDelete | null;
  onClose: () => void;
  onDeleted: () => void;
}) {
  const t = useTranslations("audience");
  const notify = useNotice();
  const remove = useMutation({
    mutationFn: (path: string) => call<void>("DELETE", path),
    onSuccess: () => {
      notify({ text: t("deleted"), tone: "good" });
      onDeleted();
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title={t("delete_title", { name: toDelete?.name ?? "" })}
      isOpen={toDelete !== null}
      onClose={() => {
        remove.reset();
        onClose();
      }}
      confirm={{
        label: t("delete"),
        isDanger: true,
        isPending: remove.isPending,
        run: () => toDelete && remove.mutate(toDelete.path),
      }}
    >
      <p className="text-soft">{toDelete?.explain ?? t("delete_explain")}</p>
      <Failure error={remove.error} />
    </ConfirmDialog>
  );
}
