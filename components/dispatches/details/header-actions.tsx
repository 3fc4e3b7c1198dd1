"use client";

import { Copy, Pause, Pencil, Play, RotateCcw, UserRoundX, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useAskToCancel } from "@/components/dispatches/cancel-dialog";
import { useDispatchAction, type Verb } from "@/components/dispatches/use-actions";
import { useMay } from "@/components/shell/me";
import { Button, ButtonLink } from "@/components/ui/button";
import { MoreMenu } from "@/components/ui/menu";
import type { MenuEntry } from "@/components/ui/menu-entry";
import type { Dispatch } from "@/lib/contract/dispatches/dispatch";
import { isFinished } from "@/lib/domain/lifecycle";

/** The main action of each state, always in the same place. The other actions are in a menu. */
export function HeaderActions({ dispatch }: { dispatch: Dispatch }) {
  const t = useTranslations("dispatch");
  const action = useTranslations("action");
  const askToCancel = useAskToCancel();
  const act = useDispatchAction();
  if (!useMay("dispatches:write")) return null;
  const { id, status, progress } = dispatch;
  const isPending = act.isPending;
  const isBusy = (verb: Verb | null) => isPending && act.variables?.verb === verb;
  const run = (verb: Verb) => !isPending && act.mutate({ id, verb });
  // Both states use the same button, which is never disabled, so that a keyboard user keeps the
  // focus. The second half of a double click must not undo the first.
  const toggle = status === "running" ? ("pause" as const) : status === "paused" ? ("resume" as const) : null;
  const Icon = toggle === "pause" ? Pause : Play;
  const isOver = isFinished(status);
  const isOpen = Date.parse(dispatch.end_datetime) > Date.now();
  const canRetry = (toggle !== null || status === "completed") && isOpen && progress.failed > 0;
  const duplicate = { icon: Copy, label: t("duplicate"), href: `/dispatches/new?like=${id}` };
  const entries: MenuEntry[] = [
    ...(isOver ? [] : [{ id: "duplicate", ...duplicate }]),
    ...(canRetry
      ? [{ id: "retry", icon: RotateCcw, label: action("retry-failed"), run: () => run("retry-failed") }]
      : []),
    ...(canWriteToUnreached(dispatch)
      ? [{ id: "unreached", icon: UserRoundX, label: t("unreached"), href: unreachedHref(id) }]
      : []),
    ...(isOver
      ? []
      : [
          {
            id: "cancel",
            icon: X,
            label: action("cancel"),
            isDanger: true,
            run: () => askToCancel(dispatch),
          },
        ]),
  ];
  return (
    <div className="flex shrink-0 gap-1.5">
      {toggle ? (
        <Button
          variant="primary"
          aria-disabled={isPending}
          isBusy={isBusy(toggle)}
          onClick={({ detail }) => detail < 2 && run(toggle)}
        >
          <Icon size={16} aria-hidden />
          {action(toggle)}
        </Button>
      ) : isOver ? (
        <ButtonLink variant="primary" href={duplicate.href}>
          <Copy size={15} aria-hidden />
          {duplicate.label}
        </ButtonLink>
      ) : (
        <ButtonLink variant="primary" href={`/dispatches/${id}/edit`}>
          <Pencil size={15} aria-hidden />
          {t("edit")}
        </ButtonLink>
      )}
      <MoreMenu label={t("more")} entries={entries} />
    </div>
  );
}

export const unreachedHref = (id: string) => `/dispatches/new?unreached=${id}`;

/** Are there recipients whom it has not reached, and do we still know which? */
export function canWriteToUnreached({ status, progress, messages_dropped_at }: Dispatch): boolean {
  const left = progress.failed + progress.expired + progress.cancelled;
  return isFinished(status) && messages_dropped_at === null && left > 0;
}
