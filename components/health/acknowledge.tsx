"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { CallButton } from "@/components/ui/call-button";
import type { Status } from "@/lib/contract/health/status";
import { call } from "@/lib/web/client";

/** Lets somebody on duty tell the others that they know of the fault. */
export function Acknowledge({ kind, name }: Pick<Status["components"][number], "kind" | "name">) {
  const t = useTranslations("status_page");
  const router = useRouter();
  return (
    <CallButton
      className="self-start"
      call={() => call("POST", "status/acknowledgements/", { kind, name })}
      onSuccess={() => router.refresh()}
    >
      {t("acknowledge")}
    </CallButton>
  );
}
