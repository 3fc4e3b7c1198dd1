"use client";

import { useTranslations } from "next-intl";
import { Mark } from "@/components/shell/mark";
import { Button } from "@/components/ui/button";

/** A page that could not be drawn. What it failed of is in the log; the way on is here. */
export default function ErrorPage({ reset }: { error: Error; reset: () => void }) {
  const t = useTranslations("app");
  return (
    <main role="alert" className="grid min-h-dvh place-items-center p-6">
      <div className="flex max-w-md flex-col items-center gap-4 text-center">
        <Mark size={44} />
        <h1>{t("failed")}</h1>
        <p className="text-soft">{t("failed_hint")}</p>
        <Button variant="primary" onClick={reset}>
          {t("again")}
        </Button>
      </div>
    </main>
  );
}
