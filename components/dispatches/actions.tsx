"use client";

import { Pause, Play, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { memo } from "react";
import { useMay } from "@/components/shell/me";
import { Button } from "@/components/ui/button";
import type { Dispatch } from "@/lib/contract/dispatches/dispatch";
import { isFinished } from "@/lib/domain/lifecycle";
import { useAskToCancel } from "./cancel-dialog";
import { useDispatchAction } from "./use-actions";

/**
 * The actions of a dispatch on its card: icons with names for screen readers. Rising figures do not
 * redraw them.
 */
export const DispatchActions = memo(Actions, (a, b) => looksOf(a) === looksOf(b));

const looksOf = ({ dispatch: { id, status } }: { dispatch: Dispatch }) => `${id} ${status}`;

function Actions({ dispatch }: { dispatch: Dispatch }) {
  const t = useTranslations("action");
  const askToCancel = useAskToCancel();
  const act = useDispatchAction();
  const mayAct = useMay("dispatches:write");
  const { id, status } = dispatch;
  const isPending = act.isPending && act.variables?.id === id;
  if (!mayAct) return null;
  // Both states use the same button, which is never disabled, so that a keyboard user keeps the
  // focus. The second half of a double click must not undo the first.
  const toggle = status === "running" ? ("pause" as const) : status === "paused" ? ("resume" as const) : null;
  const Icon = toggle === "pause" ? Pause : Play;
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      {toggle && (
        <Button
          variant="quiet"
          aria-disabled={isPending}
          isBusy={isPending && act.variables?.verb === toggle}
          aria-label={t(toggle)}
          onClick={({ detail }) => detail < 2 && !isPending && act.mutate({ id, verb: toggle })}
        >
          <Icon size={16} aria-hidden />
        </Button>
      )}
      {!isFinished(status) && (
        <Button
          variant="quiet"
          aria-disabled={isPending}
          aria-label={t("cancel")}
          className="text-bad"
          onClick={() => askToCancel(dispatch)}
        >
          <X size={16} aria-hidden />
        </Button>
      )}
    </div>
  );
}
