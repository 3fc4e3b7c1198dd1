"use client";

import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button";

/**
 * Somebody else has saved since this was opened: said in words, with the way to go on from there.
 */
export function NewerVersion({
  isLoaded,
  isPending,
  onLoad,
}: {
  isLoaded: boolean;
  isPending: boolean;
  onLoad: () => void;
}) {
  const t = useTranslations("form");
  return (
    <div
      role="alert"
      className="flex flex-col items-start gap-2 rounded-md bg-warn-wash px-3 py-2.5 text-warn"
    >
      <p>{isLoaded ? t("newer_loaded") : t("newer")}</p>
      {!isLoaded && (
        <Button onClick={onLoad} isBusy={isPending} className="text-ink">
          {t("newer_load")}
        </Button>
      )}
    </div>
  );
}
