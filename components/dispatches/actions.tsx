"use client";

import { Pause, Play, RotateCcw, X } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import { useState } from "react";
import type { Dispatch } from "@/lib/contract/dispatch";
import { useMay } from "../shell/me";
import { Button } from "../ui/button";
import { ConfirmDialog } from "../ui/dialog";
import { useDispatchAction } from "./use-actions";

/** What may be done with a dispatch in its state. `compact`: on a card, icons with names for those who cannot see them. */
export function DispatchActions({ dispatch, compact = false }: { dispatch: Dispatch; compact?: boolean }) {
  const t = useTranslations("action");
  const format = useFormatter();
  const [isCancelling, setCancelling] = useState(false);
  const act = useDispatchAction();
  const mayAct = useMay("dispatches:write");
  const { id, status, progress } = dispatch;
  const isPending = act.isPending && act.variables?.id === id;
  const sent = progress.accepted;
  const unsent = progress.remaining + progress.deferred;
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
          onClick={() => setCancelling(true)}
        >
          <X size={16} aria-hidden />
          {!compact && t("cancel")}
        </Button>
      )}
      <ConfirmDialog
        title={t("cancel_title")}
        isOpen={isCancelling}
        onClose={() => setCancelling(false)}
        cancel={t("keep")}
        confirm={{
          label: t("cancel"),
          isDanger: true,
          isPending,
          run: () => act.mutate({ id, verb: "cancel" }, { onSettled: () => setCancelling(false) }),
        }}
      >
        <blockquote className="line-clamp-3 border-line-strong border-l-2 pl-3 text-soft">{dispatch.message_text}</blockquote>
        <p>
          {progress.audience === null
            ? t("cancel_unopened")
            : t("cancel_explain", { sent: format.number(sent), unsent: format.number(unsent), sentCount: sent, unsentCount: unsent })}
        </p>
      </ConfirmDialog>
    </div>
  );
}
