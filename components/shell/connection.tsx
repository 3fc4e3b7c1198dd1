"use client";

import { useQuery } from "@tanstack/react-query";
import { CloudOff } from "lucide-react";
import { useTranslations } from "next-intl";
import { sendingQuery } from "@/lib/web/queries";

/** A lost connection or a failing server: said once for the whole page, which keeps what it has and recovers by itself. */
export function Connection() {
  const t = useTranslations("app");
  const { failureCount, isError } = useQuery(sendingQuery);
  if (!isError && failureCount === 0) return null;
  return (
    <div role="status" className="flex items-center gap-2 bg-warn-wash px-4 py-2 text-warn md:px-6">
      <CloudOff size={16} aria-hidden />
      {t("offline")}
    </div>
  );
}
