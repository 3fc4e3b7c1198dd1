"use client";

import { Pause, Play, RotateCcw, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { memo, useState } from "react";
import type { Dispatch } from "@/lib/contract/dispatch";
import { useMay } from "../shell/me";
import { Button } from "../ui/button";
import { CancelDialog } from "./cancel-dialog";
import { useDispatchAction } from "./use-actions";

interface ActionsProps {
  dispatch: Dispatch;
  /** On a card: icons, with names for those who cannot see them. */
  compact?: boolean;
}

/** What may be done with a dispatch in its state. Figures that rise do not draw the buttons anew. */
export const DispatchActions = memo(Actions, (a, b) => a.compact === b.compact && looksOf(a) === looksOf(b));

const looksOf = ({ dispatch: { id, status, end_datetime, progress } }: ActionsProps) =>
  `${id} ${status} ${end_datetime} ${progress.failed > 0}`;

function Actions({ dispatch, compact = false }: ActionsProps) {
  const t = useTranslations("action");
  const [isCancelling, setCancelling] = useState(false);
  const [isAsked, setAsked] = useState(false);
  const act = useDispatchAction();
  const mayAct = useMay("dispatches:write");
  const { id, status, progress } = dispatch;
  const isPending = act.isPending && act.variables?.id === id;
  const isOpen = Date.parse(dispatch.end_datetime) > Date.now();
  if (!mayAct) return null;
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      {status === "running" && (
        <Button
          variant={compact ? "quiet" : "plain"}
          disabled={isPending}
          aria-label={t("pause")}
          onClick={() => act.mutate({ id, verb: "pause" })}
        >
          <Pause size={16} aria-hidden />
          {!compact && t("pause")}
        </Button>
      )}
      {status === "paused" && (
        <Button
          variant={compact ? "quiet" : "plain"}
          disabled={isPending}
          aria-label={t("resume")}
          onClick={() => act.mutate({ id, verb: "resume" })}
        >
          <Play size={16} aria-hidden />
          {!compact && t("resume")}
        </Button>
      )}
      {!compact && (status === "running" || status === "paused" || status === "completed") && isOpen && progress.failed > 0 && (
        <Button disabled={isPending} onClick={() => act.mutate({ id, verb: "retry-failed" })}>
          <RotateCcw size={16} aria-hidden />
          {t("retry-failed")}
        </Button>
      )}
      {(status === "scheduled" || status === "running" || status === "paused") && (
        <Button
          variant={compact ? "quiet" : "plain"}
          disabled={isPending}
          aria-label={t("cancel")}
          className="text-bad"
          onClick={() => {
            setAsked(true);
            setCancelling(true);
          }}
        >
          <X size={16} aria-hidden />
          {!compact && t("cancel")}
        </Button>
      )}
      {isAsked && <CancelDialog dispatch={dispatch} isOpen={isCancelling} onClose={() => setCancelling(false)} act={act} />}
    </div>
  );
}
