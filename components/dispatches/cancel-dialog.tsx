"use client";

import { useQuery } from "@tanstack/react-query";
import { useFormatter, useTranslations } from "next-intl";
import { createContext, type ReactNode, useContext, useState } from "react";
import { ConfirmDialog } from "@/components/ui/dialog";
import type { Dispatch } from "@/lib/contract/dispatches/dispatch";
import { isFinished } from "@/lib/domain/lifecycle";
import { dispatchQuery } from "@/lib/web/queries";
import { useDispatchAction } from "./use-actions";
import { restoreFocus } from "./use-kept-focus";

const AskContext = createContext<(dispatch: Dispatch) => void>(() => {});

/** Opens the question whether to cancel a dispatch, in the nearest {@link CancelDialogs}. */
export const useAskToCancel = () => useContext(AskContext);

/**
 * Holds the question before a dispatch is cancelled. It lives above the cards: the dialog stays
 * when its card moves to another column.
 */
export function CancelDialogs({ children }: { children: ReactNode }) {
  const [asked, setAsked] = useState<{ dispatch: Dispatch; isOpen: boolean }>();
  const [ask] = useState(() => (dispatch: Dispatch) => setAsked({ dispatch, isOpen: true }));
  function close() {
    if (!asked) return;
    setAsked({ ...asked, isOpen: false });
    // The dialog returns the focus a frame later, when the button that had it may be gone.
    requestAnimationFrame(() => requestAnimationFrame(() => restoreFocus(asked.dispatch.id)));
  }
  return (
    <AskContext value={ask}>
      {children}
      {asked && <CancelDialog dispatch={asked.dispatch} isOpen={asked.isOpen} onClose={close} />}
    </AskContext>
  );
}

/** The dialog. Its figures stay live, and it says so when nothing is left to cancel. */
function CancelDialog({
  dispatch: drawn,
  isOpen,
  onClose,
}: {
  dispatch: Dispatch;
  isOpen: boolean;
  onClose: () => void;
}) {
  const t = useTranslations("action");
  const format = useFormatter();
  const act = useDispatchAction();
  const { data: dispatch = drawn } = useQuery({
    ...dispatchQuery(drawn.id),
    placeholderData: drawn,
    enabled: isOpen,
  });
  const { id, status, message_text, progress } = dispatch;
  const sent = progress.accepted;
  const unsent = progress.remaining + progress.deferred;
  // When this dialog has cancelled the dispatch, it says nothing while it closes.
  const isLate = isFinished(status) && !(act.variables?.id === id && !act.isError);
  return (
    <ConfirmDialog
      title={isLate ? t("late_title") : t("cancel_title")}
      isOpen={isOpen}
      onClose={onClose}
      cancel={isLate ? t("close") : t("keep")}
      confirm={
        isLate
          ? undefined
          : {
              label: t("cancel"),
              isDanger: true,
              isPending: act.isPending,
              run: () => act.mutate({ id, verb: "cancel" }, { onSettled: onClose }),
            }
      }
    >
      <blockquote className="line-clamp-3 shrink-0 border-line-strong border-l-2 pl-3 text-soft [overflow-wrap:anywhere]">
        {message_text}
      </blockquote>
      <p aria-live="polite">
        {isLate
          ? t("late_explain", { status })
          : progress.audience === null
            ? t("cancel_unopened")
            : t("cancel_explain", {
                sent: format.number(sent),
                unsent: format.number(unsent),
                sentCount: sent,
                unsentCount: unsent,
              })}
      </p>
    </ConfirmDialog>
  );
}
