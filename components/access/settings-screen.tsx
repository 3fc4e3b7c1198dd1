"use client";

import { useTranslations } from "next-intl";
import { ZoneNote } from "@/components/ui/use-zoned";
import { ApiKeys } from "./api-keys";
import { Users } from "./users";

export function SettingsScreen({ hasUsers }: { hasUsers: boolean }) {
  const t = useTranslations("settings");
  return (
    <div className="flex flex-col gap-8">
      <div className="flex flex-wrap items-baseline gap-x-4">
        <h1>{t("title")}</h1>
        <ZoneNote />
      </div>
      {hasUsers && <Users />}
      <ApiKeys />
    </div>
  );
}
