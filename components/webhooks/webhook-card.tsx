"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { CallButton } from "@/components/ui/call-button";
import { ConfirmDialog } from "@/components/ui/dialog";
import { useFailureNotice, useNotice } from "@/components/ui/notice";
import { useTimed, useViewerZone } from "@/components/ui/use-zoned";
import type { NewWebhook, Webhook } from "@/lib/contract/webhooks/webhook";
import { webhooksQuery } from "@/lib/web/access-queries";
import { call } from "@/lib/web/client";
import { refreshQueries } from "@/lib/web/refresh";
import { WebhookLog } from "./webhook-log";

/** One webhook: its address, its events and its actions. */
export function WebhookCard({
  webhook,
  onEdit,
  onSecret,
}: {
  webhook: Webhook;
  onEdit: () => void;
  onSecret: (made: NewWebhook) => void;
}) {
  const t = useTranslations("webhooks");
  const timed = useTimed();
  const timezone = useViewerZone() ?? "UTC";
  const client = useQueryClient();
  const notify = useNotice();
  const [isLogOpen, setLogOpen] = useState(false);
  const [asked, setAsked] = useState<"delete" | "rotate" | null>(null);
  const { id, url, enabled, events, disabled_reason, last_delivery, pending } = webhook;
  const settled = () => {
    setAsked(null);
    return refreshQueries(client, webhooksQuery.queryKey);
  };
  const failed = useFailureNotice();
  const rotate = useMutation({
    mutationFn: () => call<NewWebhook>("POST", `webhooks/${id}/secret/`),
    onSuccess: onSecret,
    onError: failed,
    onSettled: settled,
  });
  const remove = useMutation({
    mutationFn: () => call<void>("DELETE", `webhooks/${id}/`),
    onSuccess: () => notify({ text: t("deleted"), tone: "good" }),
    onError: failed,
    onSettled: settled,
  });
  const named = (action: string) => ({ "aria-label": t("actions_of", { action, url }) });
  const logId = `log-${id}`;
  return (
    <article
      aria-labelledby={`url-${id}`}
      className="flex flex-col gap-3 rounded-card border border-line bg-surface p-4"
    >
      <div className="flex items-baseline justify-between gap-4">
        <h2 id={`url-${id}`} className="min-w-0 break-all font-medium font-mono text-[0.95rem]">
          {url}
        </h2>
        <span className={enabled ? "text-good" : "text-bad"}>
          {enabled ? t("on") : disabled_reason ? t("gone") : t("off")}
        </span>
      </div>
      <p className="text-[0.92rem] text-soft">{events.join(", ")}</p>
      <p className="text-[0.92rem] text-soft">
        {last_delivery
          ? t.rich("last", {
              ...timed(last_delivery.at, timezone),
              status: t(`status.${last_delivery.status}`),
            })
          : t("nothing_yet")}
        {pending > 0 && ` · ${t("pending", { count: pending })}`}
      </p>
      <div className="flex flex-wrap gap-2">
        <Button
          aria-expanded={isLogOpen}
          aria-controls={logId}
          {...named(isLogOpen ? t("hide") : t("log"))}
          onClick={() => setLogOpen(!isLogOpen)}
        >
          {isLogOpen ? t("hide") : t("log")}
        </Button>
        <CallButton
          {...named(t("test"))}
          disabled={!enabled}
          call={() => call("POST", `webhooks/${id}/ping/`)}
          onSuccess={() => {
            notify({ text: t("test_sent"), tone: "good" });
            setLogOpen(true);
            // This also reloads the logs, whose keys begin with this key.
            return refreshQueries(client, webhooksQuery.queryKey);
          }}
        >
          {t("test")}
        </CallButton>
        <Button {...named(t("change"))} onClick={onEdit}>
          {t("change")}
        </Button>
        <CallButton
          {...named(enabled ? t("switch_off") : t("switch_on"))}
          call={() => call<Webhook>("PATCH", `webhooks/${id}/`, { enabled: !enabled })}
          onSettled={settled}
        >
          {enabled ? t("switch_off") : t("switch_on")}
        </CallButton>
        <Button {...named(t("rotate"))} onClick={() => setAsked("rotate")}>
          {t("rotate")}
        </Button>
        <Button variant="alarm" {...named(t("delete"))} onClick={() => setAsked("delete")}>
          {t("delete")}
        </Button>
      </div>
      <div id={logId} className="empty:hidden">
        {isLogOpen && <WebhookLog webhook={webhook} />}
      </div>
      <ConfirmDialog
        title={t("rotate_title")}
        isOpen={asked === "rotate"}
        onClose={() => setAsked(null)}
        confirm={{
          label: t("rotate"),
          isDanger: true,
          isPending: rotate.isPending,
          run: () => rotate.mutate(),
        }}
      >
        <p className="text-soft">{t("rotate_explain")}</p>
      </ConfirmDialog>
      <ConfirmDialog
        title={t("delete_title")}
        isOpen={asked === "delete"}
        onClose={() => setAsked(null)}
        confirm={{
          label: t("delete"),
          isDanger: true,
          isPending: remove.isPending,
          run: () => remove.mutate(),
        }}
      >
        <p className="break-words text-soft">{t("delete_explain", { url })}</p>
      </ConfirmDialog>
    </article>
  );
}
