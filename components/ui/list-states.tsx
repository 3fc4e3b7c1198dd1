"use client";

import { useTranslations } from "next-intl";
import { Button } from "./button";
import { Skeleton } from "./skeleton";

export const cellClass = "px-3.5 py-2 align-middle";

export function EmptyList({ text }: { text: string }) {
  return (
    <p className="rounded-card border border-line border-dashed px-6 py-14 text-center text-soft">{text}</p>
  );
}

export function ListSkeleton() {
  return <Skeleton className="h-96" />;
}

export function Unreadable({ onRetry }: { onRetry: () => void }) {
  const t = useTranslations("audience");
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
