"use client";

import { useTranslations } from "next-intl";

/**
 * A placeholder for content that is loading. After a while it says so in words: the server may wait
 * for a database that hangs.
 */
export function Skeleton({ className = "" }: { className?: string }) {
  const t = useTranslations("app");
  return (
    <div className={`grid place-items-center overflow-hidden rounded-card bg-raised ${className}`}>
      <p role="status" className="slow-words p-2 text-center text-soft">
        {t("slow")}
      </p>
    </div>
  );
}
