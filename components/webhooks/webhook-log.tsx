"use client";

import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button";
import { CallButton } from "@/components/ui/call-button";
import { Unreadable } from "@/components/ui/list-states";
import { useNotice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { Instant, useTimed, useViewerZone, useZoned } from "@/components/ui/use-zoned";
import type { Webhook, WebhookDelivery } from "@/lib/contract/webhooks/webhook";
import { deliveriesQuery, webhooksQuery } from "@/lib/web/access-queries";
import { call } from "@/lib/web/client";
import { refreshQueries } from "@/lib/web/refresh";

const tones = { pending: "text-soft", delivered: "text-good", failed: "text-bad" } as const;

/** The deliveries of a webhook, newest first, with their answers. */
export function WebhookLog({ webhook: { id, url } }: { webhook: Webhook }) {
  const t = useTranslations("webhooks");
  const pages = useInfiniteQuery(deliveriesQuery(id));
  const items = pages.data?.pages.flatMap((page) => page.items);
  if (pages.isError && !items) return <Unreadable onRetry={() => pages.refetch()} />;
  if (!items) return <Skeleton className="h-32" />;
  if (items.length === 0) return <p className="border-line border-t pt-3 text-soft">{t("no_deliveries")}</p>;
  return (
    <div className="flex flex-col gap-3">
      <ul aria-label={t("log_of", { url })} className="border-line border-t">
        {items.map((delivery) => (
          <li key={delivery.id} className="flex flex-col gap-1 border-line border-b py-2.5 last:border-0">
            <Delivery delivery={delivery} />
          </li>
        ))}
      </ul>
      {pages.hasNextPage && (
        <Button
          className="self-center"
          isBusy={pages.isFetchingNextPage}
          onClick={() => void pages.fetchNextPage()}
        >
          {t("more")}
        </Button>
      )}
    </div>
  );
}

function Delivery({ delivery }: { delivery: WebhookDelivery }) {
  const t = useTranslations("webhooks");
  const client = useQueryClient();
  const notify = useNotice();
  const zoned = useZoned();
  const timed = useTimed();
  const timezone = useViewerZone() ?? "UTC";
  const { id, type, status, attempts, last_status, last_error, created_at, next_attempt_at, payload } =
    delivery;
  const details = [
    attempts > 0 && t("attempts", { count: attempts }),
    last_status !== null && t("answer", { status: last_status }),
    last_error !== null && (t.has(`error.${last_error}`) ? t(`error.${last_error}`) : last_error),
  ].filter(Boolean);
  return (
    <>
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <span className="font-mono text-[0.92rem]">{type}</span>
        <span className="flex flex-wrap items-baseline gap-x-3">
          <span className={tones[status]}>{t(`status.${status}`)}</span>
          {status !== "pending" && (
            <CallButton
              variant="quiet"
              call={() => call("POST", `webhook-deliveries/${id}/replay/`)}
              onSuccess={() => notify({ text: t("replayed"), tone: "good" })}
              onSettled={() => refreshQueries(client, webhooksQuery.queryKey)}
              aria-label={t("actions_of", {
                action: t("replay"),
                url: `${type}, ${zoned(created_at, timezone)}`,
              })}
            >
              {t("replay")}
            </CallButton>
          )}
        </span>
      </div>
      <p className="text-[0.9rem] text-soft">
        <Instant at={created_at} zone={timezone} />
        {details.map((detail) => ` · ${detail}`)}
        {status === "pending" && attempts > 0 && next_attempt_at && (
          <> · {t.rich("next", timed(next_attempt_at, timezone))}</>
        )}
      </p>
      <details className="text-[0.9rem]">
        <summary className="cursor-pointer text-soft">{t("body")}</summary>
        <pre className="mt-1 max-h-60 overflow-auto whitespace-pre-wrap break-all rounded-md bg-raised p-2 font-mono text-[0.85rem]">
          {payload}
        </pre>
      </details>
    </>
  );
}
