"use client";

import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button";

/** Says that somebody else has saved meanwhile, and offers to load that version. */
export function NewerVersion({
  of = "dispatch",
  isLoaded,
  isPending,
  onLoad,
}: {
  of?: "dispatch" | "draft";
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
      <p>
        {of === "draft"
          ? t(isLoaded ? "draft.newer_loaded" : "draft.newer")
          : t(isLoaded ? "newer_loaded" : "newer")}
      </p>
      {!isLoaded && (
        <Button onClick={onLoad} isBusy={isPending} className="text-ink">
          {t("newer_load")}
        </Button>
      )}
    </div>
  );
}
