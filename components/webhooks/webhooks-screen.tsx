"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { SecretOnce } from "@/components/access/secret-once";
import { Button } from "@/components/ui/button";
import { EmptyList, ListSkeleton, Unreadable } from "@/components/ui/list-states";
import { ZoneNote } from "@/components/ui/use-zoned";
import type { NewWebhook, Webhook } from "@/lib/contract/webhooks/webhook";
import { webhooksQuery } from "@/lib/web/access-queries";
import { refreshQueries } from "@/lib/web/refresh";
import { WebhookCard } from "./webhook-card";

const WebhookDialog = dynamic(() => import("./webhook-dialog"), { ssr: false });

/** The webhooks, and the results of their deliveries. */
export function WebhooksScreen() {
  const t = useTranslations("webhooks");
  const client = useQueryClient();
  const { data, isError, refetch } = useQuery(webhooksQuery);
  const [edited, setEdited] = useState<Webhook | "new" | null>(null);
  const [secret, setSecret] = useState<NewWebhook | null>(null);
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h1>{t("title")}</h1>
        <Button variant="primary" onClick={() => setEdited("new")}>
          <Plus size={15} aria-hidden />
          {t("new")}
        </Button>
        <div className="basis-full">
          <ZoneNote />
        </div>
      </div>
      <p className="max-w-prose text-soft">{t("explain")}</p>
      {secret && (
        <SecretOnce
          key={secret.secret}
          label={t("secret", { url: secret.url })}
          explain={t("secret_explain")}
          secret={secret.secret}
          onDone={() => setSecret(null)}
        />
      )}
      {isError && !data ? (
        <Unreadable onRetry={() => refetch()} />
      ) : !data ? (
        <ListSkeleton />
      ) : data.items.length === 0 ? (
        <EmptyList text={t("none")} />
      ) : (
        <ul className="flex flex-col gap-4">
          {data.items.map((webhook) => (
            <li key={webhook.id}>
              <WebhookCard webhook={webhook} onEdit={() => setEdited(webhook)} onSecret={setSecret} />
            </li>
          ))}
        </ul>
      )}
      {edited && (
        <WebhookDialog
          webhook={edited === "new" ? null : edited}
          onClose={() => setEdited(null)}
          onDone={(made) => {
            if (made) setSecret(made);
            setEdited(null);
            void refreshQueries(client, webhooksQuery.queryKey);
          }}
        />
      )}
    </div>
  );
}
