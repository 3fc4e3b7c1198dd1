"use client";

import { useTranslations } from "next-intl";
import { SignOutButton } from "@/components/shell/account";
import { useMe } from "@/components/shell/me";
import { ZoneNote } from "@/components/ui/use-zoned";
import { PasswordForm } from "./password-form";
import { SessionList } from "./session-list";

/** The account of whoever is signed in: their password and their sessions. */
export function AccountScreen() {
  const t = useTranslations("account");
  const { name, email } = useMe();
  return (
    <div className="flex flex-col gap-8">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div className="flex flex-col gap-1">
          <h1>{t("title")}</h1>
          <p className="text-soft [overflow-wrap:anywhere]">
            {name} · {email}
          </p>
          <ZoneNote />
        </div>
        {/* On wider screens this stands beside the name. */}
        <div className="md:hidden">
          <SignOutButton />
        </div>
      </div>
      <PasswordForm />
      <SessionList />
    </div>
  );
}
