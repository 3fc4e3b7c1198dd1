"use client";

import { useQuery } from "@tanstack/react-query";
import { Send } from "lucide-react";
import { useTranslations } from "next-intl";
import { useMay } from "@/components/shell/me";
import { ButtonLink } from "@/components/ui/button";
import { EmptyList, ListSkeleton, Unreadable } from "@/components/ui/list-states";
import { gatewaysQuery } from "@/lib/web/prepared-queries";
import { operatorsQuery } from "@/lib/web/queries";

/**
 * The gateways and senders that the settings of the installation name. They cannot be changed here.
 */
export function SendersScreen() {
  const t = useTranslations("settings");
  const maySend = useMay("dispatches:write");
  const gateways = useQuery(gatewaysQuery);
  const { data: operators = [] } = useQuery(operatorsQuery);
  return (
    <div className="flex max-w-4xl flex-col gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h1>{t("senders")}</h1>
        {maySend && (
          <ButtonLink href="/dispatches/new?test">
            <Send size={15} aria-hidden />
            {t("send_test")}
          </ButtonLink>
        )}
      </div>
      <p className="max-w-3xl text-soft">{t("senders_hint")}</p>
      {gateways.isError && <Unreadable onRetry={() => void gateways.refetch()} />}
      {gateways.isPending && <ListSkeleton />}
      {gateways.data?.length === 0 && <EmptyList text={t("no_gateways")} />}
      <ul className="flex flex-col gap-3 empty:hidden">
        {gateways.data?.map(({ name, kind, senders }) => (
          <li key={name} className="rounded-card border border-line bg-surface p-4 sm:p-5">
            <h2 className="wrap-anywhere flex flex-wrap items-baseline gap-x-2.5">
              {name}
              <span className="font-normal text-soft">{t(`gateway_kind.${kind}`)}</span>
            </h2>
            <dl className="mt-2.5 grid gap-x-5 gap-y-1.5 sm:grid-cols-[8rem_minmax(0,1fr)]">
              <dt className="text-soft">{t("sender_names")}</dt>
              <dd className="wrap-anywhere">{senders.join(", ") || t("sender_default")}</dd>
              <dt className="text-soft">{t("serves")}</dt>
              <dd className="wrap-anywhere">
                {operators
                  // An installation with one gateway sends through it, whatever operators call it.
                  .filter(({ gateway }) => gateways.data.length === 1 || gateway === name)
                  .map((operator) => operator.name)
                  .join(", ") || "—"}
              </dd>
            </dl>
          </li>
        ))}
      </ul>
    </div>
  );
}
