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
 * What may be done with a dispatch on its card: icons, with names for those who cannot see them.
 * Figures that rise do not draw them anew.
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
  // One button for both, and none that is disabled while it waits: whoever pressed it by the
  // keyboard keeps the focus. The second half of a double click does not take the first half back.
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
