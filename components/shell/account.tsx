"use client";

import { useMutation } from "@tanstack/react-query";
import { LogOut, Settings, UserRound } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button, ButtonLink } from "@/components/ui/button";
import { useFailureNotice } from "@/components/ui/notice";
import { callAt } from "@/lib/web/client";
import { leaveBrowser } from "@/lib/web/kept";
import { useMe } from "./me";

/**
 * The signed-in user, with links to their account and to sign out. On a phone, signing out is in
 * the account, and the link to the settings is here.
 */
export function Account() {
  const t = useTranslations("access");
  const { name, email } = useMe();
  const leave = useSignOut();
  return (
    <div className="flex min-w-0 max-w-full items-center gap-1">
      <ButtonLink
        variant="quiet"
        href="/settings/operators"
        aria-label={t("settings")}
        title={t("settings")}
        className="md:hidden"
      >
        <Settings size={16} aria-hidden />
      </ButtonLink>
      {name !== null && (
        <>
          <ButtonLink
            variant="quiet"
            href="/account"
            aria-label={t("account_of", { name })}
            title={[name, email].filter(Boolean).join(" · ")}
            className="min-w-0"
          >
            <UserRound size={16} aria-hidden className="md:hidden" />
            <span className="hidden min-w-0 truncate md:block">{name}</span>
          </ButtonLink>
          <Button
            variant="quiet"
            aria-label={t("sign_out")}
            title={t("sign_out")}
            isBusy={leave.isPending}
            onClick={() => leave.mutate()}
            className="max-md:hidden"
          >
            <LogOut size={16} aria-hidden />
          </Button>
        </>
      )}
    </div>
  );
}

export function SignOutButton() {
  const t = useTranslations("access");
  const leave = useSignOut();
  return (
    <Button isBusy={leave.isPending} onClick={() => leave.mutate()}>
      <LogOut size={15} aria-hidden />
      {t("sign_out")}
    </Button>
  );
}

function useSignOut() {
  return useMutation({
    mutationFn: () => callAt<void>("POST", "/api/auth/sign-out", {}),
    onSuccess: () => {
      leaveBrowser();
      window.location.assign("/sign-in");
    },
    onError: useFailureNotice(),
  });
}
