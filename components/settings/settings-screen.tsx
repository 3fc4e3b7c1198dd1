"use client";

import { ScrollText } from "lucide-react";
import { useTranslations } from "next-intl";
import { useMay } from "../shell/me";
import { ButtonLink } from "../ui/button";
import { ApiKeys } from "./api-keys";
import { Users } from "./users";

export function SettingsScreen({ hasUsers }: { hasUsers: boolean }) {
  const t = useTranslations("settings");
  const mayAudit = useMay("audit:read");
  return (
    <div className="flex flex-col gap-8">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h1>{t("title")}</h1>
        {mayAudit && (
          <ButtonLink href="/settings/audit">
            <ScrollText size={15} aria-hidden />
            {t("audit")}
          </ButtonLink>
        )}
      </div>
      {hasUsers && <Users />}
      <ApiKeys />
    </div>
  );
}
