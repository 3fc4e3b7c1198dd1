"use client";

import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button";

export function Unreadable({ onRetry }: { onRetry: () => void }) {
  const t = useTranslations("board");
  return (
    <div
      role="alert"
      className="flex flex-col items-start gap-3 rounded-card border border-line bg-surface p-5"
    >
      <p>{t("unreadable")}</p>
      <Button onClick={onRetry}>{t("again")}</Button>
    </div>
  );
}
