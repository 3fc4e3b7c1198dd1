"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { ConfirmDialog } from "@/components/ui/dialog";
import { Failure } from "@/components/ui/failure";
import { useNotice } from "@/components/ui/notice";
import { call } from "@/lib/web/client";

/** What is to be deleted: its name, its address in the API, what to say about it. */
export interface ToDelete {
  name: string;
  path: string;
  explain?: string;
}

/** Deletes after asking; why it cannot be is said where it was asked. */
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
