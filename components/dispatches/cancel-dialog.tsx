"use client";

import { useQuery } from "@tanstack/react-query";
import { useFormatter, useTranslations } from "next-intl";
import type { Dispatch } from "@/lib/contract/dispatch";
import { dispatchQuery } from "@/lib/web/queries";
import { ConfirmDialog } from "../ui/dialog";
import type { useDispatchAction } from "./use-actions";

/** Asks before a dispatch is cancelled. Its figures go on while one thinks. */
export function CancelDialog({
  dispatch: drawn,
  isOpen,
  onClose,
  act,
}: {
  dispatch: Dispatch;
  isOpen: boolean;
  onClose: () => void;
  act: ReturnType<typeof useDispatchAction>;
}) {
  const t = useTranslations("action");
  const format = useFormatter();
  const { data: dispatch = drawn } = useQuery({ ...dispatchQuery(drawn.id), placeholderData: drawn, enabled: isOpen });
  const { id, message_text, progress } = dispatch;
  const sent = progress.accepted;
  const unsent = progress.remaining + progress.deferred;
  return (
    <ConfirmDialog
      title={t("cancel_title")}
      isOpen={isOpen}
      onClose={onClose}
      cancel={t("keep")}
      confirm={{
        label: t("cancel"),
        isDanger: true,
        isPending: act.isPending,
        run: () => act.mutate({ id, verb: "cancel" }, { onSettled: onClose }),
      }}
    >
      <blockquote className="line-clamp-3 border-line-strong border-l-2 pl-3 text-soft">{message_text}</blockquote>
      <p>
        {progress.audience === null
          ? t("cancel_unopened")
          : t("cancel_explain", { sent: format.number(sent), unsent: format.number(unsent), sentCount: sent, unsentCount: unsent })}
      </p>
    </ConfirmDialog>
  );
}
