"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useRef } from "react";
import { CallButton, type CallButtonProps } from "@/components/ui/call-button";
import { ListSkeleton, Unreadable } from "@/components/ui/list-states";
import { useNotice } from "@/components/ui/notice";
import { useTimed, useViewerZone } from "@/components/ui/use-zoned";
import type { Session } from "@/lib/contract/access/account";
import { sessionsQuery } from "@/lib/web/access-queries";
import { call } from "@/lib/web/client";
import { refreshQueries } from "@/lib/web/refresh";
import { deviceOf } from "./device";

/** The sessions of whoever is signed in. Each can be ended. */
export function SessionList() {
  const t = useTranslations("account");
  const client = useQueryClient();
  const notify = useNotice();
  const heading = useRef<HTMLHeadingElement>(null);
  const { data, isError, refetch } = useQuery(sessionsQuery);
  const end = (path: string) => ({
    call: () => call<void>("DELETE", path),
    onSuccess: () => notify({ text: t("ended"), tone: "good" }),
    onSettled: async () => {
      await refreshQueries(client, sessionsQuery.queryKey);
      // The pressed button is gone, so the focus moves to the heading.
      heading.current?.focus();
    },
  });
  const others = data?.items.filter(({ is_current }) => !is_current) ?? [];
  return (
    <section aria-labelledby="sessions" className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 id="sessions" ref={heading} tabIndex={-1} className="outline-none">
          {t("sessions")}
        </h2>
        {others.length > 0 && <CallButton {...end("account/sessions/")}>{t("end_others")}</CallButton>}
      </div>
      {isError && !data ? (
        <Unreadable onRetry={() => refetch()} />
      ) : !data ? (
        <ListSkeleton />
      ) : (
        <ul className="rounded-card border border-line bg-surface">
          {data.items.map((session) => (
            <SessionItem key={session.id} session={session} end={end(`account/sessions/${session.id}/`)} />
          ))}
        </ul>
      )}
      <p className="text-[0.9rem] text-soft">{t("sessions_explain")}</p>
    </section>
  );
}

function SessionItem({
  session,
  end,
}: {
  session: Session;
  end: Pick<CallButtonProps<void>, "call" | "onSuccess" | "onSettled">;
}) {
  const t = useTranslations("account");
  const timed = useTimed();
  const timezone = useViewerZone() ?? "UTC";
  const device = deviceOf(session.user_agent) ?? t("unknown_device");
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-line border-b px-4 py-3 last:border-0">
      <div className="min-w-0 flex-1">
        <p className="font-medium [overflow-wrap:anywhere]">
          {device}
          {session.is_current && (
            <span className="ml-2 rounded-full bg-accent-wash px-2 py-0.5 font-normal text-[0.85rem] text-accent">
              {t("this_device")}
            </span>
          )}
        </p>
        <p className="text-[0.9rem] text-soft [overflow-wrap:anywhere]">
          {session.address && `${session.address} · `}
          {t.rich("last_seen", timed(session.last_seen_at, timezone))}
        </p>
        <p className="text-[0.9rem] text-soft">{t.rich("since", timed(session.created_at, timezone))}</p>
      </div>
      {!session.is_current && (
        <CallButton variant="alarm" aria-label={t("end_named", { device })} {...end}>
          {t("end")}
        </CallButton>
      )}
    </li>
  );
}
