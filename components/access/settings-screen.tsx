"use client";

import { ScrollText, Webhook } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { useMay } from "@/components/shell/me";
import { ButtonLink } from "@/components/ui/button";
import { ZoneNote } from "@/components/ui/use-zoned";
import { ApiKeys } from "./api-keys";
import { Users } from "./users";

export function SettingsScreen({ hasUsers, children }: { hasUsers: boolean; children: ReactNode }) {
  const t = useTranslations("settings");
  const mayAudit = useMay("audit:read");
  const mayWebhooks = useMay("webhooks:manage");
  return (
    <div className="flex flex-col gap-8">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div className="flex flex-wrap items-baseline gap-x-4">
          <h1>{t("title")}</h1>
          <ZoneNote />
        </div>
        <div className="flex flex-wrap gap-2">
          {mayWebhooks && (
            <ButtonLink href="/settings/webhooks">
              <Webhook size={15} aria-hidden />
              {t("webhooks")}
            </ButtonLink>
          )}
          {mayAudit && (
            <ButtonLink href="/settings/audit">
              <ScrollText size={15} aria-hidden />
              {t("audit")}
            </ButtonLink>
          )}
        </div>
      </div>
      {hasUsers && <Users />}
      <ApiKeys />
      {children}
    </div>
  );
}
