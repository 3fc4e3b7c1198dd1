"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Mark } from "./mark";
import { Preferences } from "./preferences";
import { SignInForm } from "./sign-in-form";

/** @param next a path of this site, checked on the server */
export function SignInScreen({ next }: { next: string }) {
  const t = useTranslations("access");
  return (
    <Door title={t("sign_in_title")}>
      {/* Load a new page, so that nothing of another user's session stays in memory. */}
      <SignInForm onSignedIn={() => window.location.assign(next)} />
      <p className="text-[0.92rem] text-soft">{t("lost")}</p>
    </Door>
  );
}

/** The frame of the pages before sign-in. */
export function Door({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="flex w-full max-w-sm flex-col gap-5 rounded-card border border-line bg-surface p-6 shadow-card">
        <div className="flex items-center justify-between">
          <Mark size={36} />
          <Preferences />
        </div>
        <h1 className="text-xl">{title}</h1>
        {children}
      </div>
    </main>
  );
}
