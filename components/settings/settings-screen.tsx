"use client";

import { useTranslations } from "next-intl";
import { ApiKeys } from "./api-keys";
import { Users } from "./users";

export function SettingsScreen({ hasUsers }: { hasUsers: boolean }) {
  const t = useTranslations("settings");
  return (
    <div className="flex flex-col gap-8">
      <h1>{t("title")}</h1>
      {hasUsers && <Users />}
      <ApiKeys />
    </div>
  );
}
