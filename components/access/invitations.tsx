"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { CallButton } from "@/components/ui/call-button";
import { useNotice } from "@/components/ui/notice";
import { useTimed, useViewerZone } from "@/components/ui/use-zoned";
import type { Invitation } from "@/lib/contract/access/user";
import { invitationsQuery } from "@/lib/web/access-queries";
import { call } from "@/lib/web/client";
import { refreshQueries } from "@/lib/web/refresh";

/** The invitations that still work. */
export function Invitations() {
  const t = useTranslations("settings");
  const access = useTranslations("access");
  const client = useQueryClient();
  const notify = useNotice();
  const timed = useTimed();
  const timezone = useViewerZone() ?? "UTC";
  const { data } = useQuery(invitationsQuery);
  if (!data || data.items.length === 0) return null;
  const nameOf = ({ email }: Invitation) => email ?? t("first_administrator");
  return (
    <section aria-labelledby="invitations" className="flex flex-col gap-2">
      <h3 id="invitations" className="font-medium text-soft">
        {t("invitations")}
      </h3>
      <ul className="rounded-card border border-line bg-surface">
        {data.items.map((invitation) => (
          <li
            key={invitation.id}
            className="flex items-center justify-between gap-3 border-line border-b py-1 pr-2 pl-3.5 last:border-0 hover:bg-raised"
          >
            <span className="py-1">
              <span className="break-all font-medium">{nameOf(invitation)}</span>
              <span className="block text-[0.9rem] text-soft">
                {invitation.user ? t("new_password") : access(`role.${invitation.role}`)}
                {" · "}
                {t.rich("link_until", {
                  ...timed(invitation.expires_at, timezone),
                  author: invitation.created_by,
                })}
              </span>
            </span>
            <CallButton
              variant="alarm"
              aria-label={t("withdraw_named", { name: nameOf(invitation) })}
              call={() => call<void>("DELETE", `invitations/${invitation.id}/`)}
              onSuccess={() => notify({ text: t("withdrawn"), tone: "good" })}
              onSettled={() => refreshQueries(client, ["invitations"])}
            >
              {t("withdraw")}
            </CallButton>
          </li>
        ))}
      </ul>
    </section>
  );
}
