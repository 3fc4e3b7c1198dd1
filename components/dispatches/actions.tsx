"use client";

import { Pause, Play, RotateCcw, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { memo } from "react";
import { useMay } from "@/components/shell/me";
import { Button } from "@/components/ui/button";
import type { Dispatch } from "@/lib/contract/dispatches/dispatch";
import { isFinished } from "@/lib/domain/lifecycle";
import { useAskToCancel } from "./cancel-dialog";
import { useDispatchAction, type Verb } from "./use-actions";

interface ActionsProps {
  dispatch: Dispatch;
  /** On a card: icons, with names for those who cannot see them. */
  compact?: boolean;
}

/**
 * What may be done with a dispatch in its state. Figures that rise do not draw the buttons anew.
 */
export const DispatchActions = memo(Actions, (a, b) => a.compact === b.compact && looksOf(a) === looksOf(b));

const looksOf = ({ dispatch: { id, status, end_datetime, progress } }: ActionsProps) =>
  `${id} ${status} ${end_datetime} ${progress.failed > 0}`;

function Actions({ dispatch, compact = false }: ActionsProps) {
  const t = useTranslations("action");
  const askToCancel = useAskToCancel();
  const act = useDispatchAction();
  const mayAct = useMay("dispatches:write");
  const { id, status, progress } = dispatch;
  const isPending = act.isPending && act.variables?.id === id;
  const isOpen = Date.parse(dispatch.end_datetime) > Date.now();
  if (!mayAct) return null;
  // One button for both, and none that is disabled while it waits: whoever pressed it by the
  // keyboard keeps the focus. The second half of a double click does not take the first half back.
  const toggle = status === "running" ? ("pause" as const) : status === "paused" ? ("resume" as const) : null;
  const Icon = toggle === "pause" ? Pause : Play;
  const isBusy = (verb: Verb | null) => isPending && act.variables?.verb === verb;
  const run = (verb: Verb) => !isPending && act.mutate({ id, verb });
  const variant = compact ? "quiet" : "plain";
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      {toggle && (
        <Button
          variant={variant}
          aria-disabled={isPending}
          isBusy={isBusy(toggle)}
          aria-label={t(toggle)}
          onClick={({ detail }) => detail < 2 && run(toggle)}
        >
          <Icon size={16} aria-hidden />
          {!compact && t(toggle)}
        </Button>
      )}
      {!compact &&
        (status === "running" || status === "paused" || status === "completed") &&
        isOpen &&
        progress.failed > 0 && (
          <Button
            aria-disabled={isPending}
            isBusy={isBusy("retry-failed")}
            onClick={() => run("retry-failed")}
          >
            <RotateCcw size={16} aria-hidden />
            {t("retry-failed")}
          </Button>
        )}
      {!isFinished(status) && (
        <Button
          variant={variant}
          aria-disabled={isPending}
          aria-label={t("cancel")}
          className="text-bad"
          onClick={() => askToCancel(dispatch)}
        >
          <X size={16} aria-hidden />
          {!compact && t("cancel")}
        </Button>
      )}
    </div>
  );
}
