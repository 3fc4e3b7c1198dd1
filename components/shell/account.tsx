"use client";

import { useMutation } from "@tanstack/react-query";
import { LogOut, Settings } from "lucide-react";
import { useTranslations } from "next-intl";
import { callAt } from "@/lib/web/client";
import { Button, ButtonLink } from "../ui/button";
import { useNotice } from "../ui/notice";
import { useMay, useMe } from "./me";

/** Who is signed in and the way out; for those who may, the way to the settings. */
export function Account() {
  const t = useTranslations("access");
  const { name, email } = useMe();
  const mayManage = useMay("keys:manage");
  const notify = useNotice();
  const leave = useMutation({
    mutationFn: () => callAt<void>("POST", "/api/auth/sign-out", {}),
    onSuccess: () => window.location.assign("/sign-in"),
    onError: (error) => notify({ text: error.message, tone: "bad" }),
  });
  return (
    <div className="flex min-w-0 max-w-full items-center gap-1">
      {mayManage && (
        <ButtonLink variant="quiet" href="/settings" aria-label={t("settings")} title={t("settings")}>
          <Settings size={16} aria-hidden />
        </ButtonLink>
      )}
      {name !== null && (
        <>
          <span className="hidden min-w-0 truncate text-soft md:block" title={email ?? undefined}>
            {name}
          </span>
          <Button
            variant="quiet"
            aria-label={t("sign_out")}
            title={t("sign_out")}
            disabled={leave.isPending}
            onClick={() => leave.mutate()}
          >
            <LogOut size={16} aria-hidden />
          </Button>
        </>
      )}
    </div>
  );
}
