"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { useMe } from "@/components/shell/me";
import { TextInput } from "@/components/shell/sign-in-form";
import { Button } from "@/components/ui/button";
import { Failure } from "@/components/ui/failure";
import { useNotice } from "@/components/ui/notice";
import { passwordMin } from "@/lib/contract/access/user";
import { sessionsQuery } from "@/lib/web/access-queries";
import { call, ProblemError } from "@/lib/web/client";
import { refreshQueries } from "@/lib/web/refresh";

/** Changes the password of whoever is signed in. They must type the present one. */
export function PasswordForm() {
  const t = useTranslations("account");
  const { email } = useMe();
  const client = useQueryClient();
  const notify = useNotice();
  const form = useRef<HTMLFormElement>(null);
  const change = useMutation({
    mutationFn: (body: { current_password: string; new_password: string }) =>
      call<void>("PUT", "account/password/", body),
    onSuccess: () => {
      form.current?.reset();
      notify({ text: t("changed"), tone: "good" });
      return refreshQueries(client, sessionsQuery.queryKey);
    },
  });
  const errors = change.error instanceof ProblemError ? (change.error.problem.errors ?? []) : [];
  const errorOf = (name: string) => errors.find(({ pointer }) => pointer === `/${name}`)?.detail;
  useEffect(() => {
    if (change.isError) form.current?.querySelector<HTMLInputElement>("[aria-invalid=true]")?.focus();
  }, [change.isError]);
  return (
    <section aria-labelledby="password" className="flex flex-col gap-3">
      <h2 id="password">{t("password")}</h2>
      <form
        ref={form}
        className="flex max-w-md flex-col gap-4 rounded-card border border-line bg-surface p-5"
        onSubmit={(event) => {
          event.preventDefault();
          const data = new FormData(event.currentTarget);
          const text = (name: string) => String(data.get(name));
          change.mutate({ current_password: text("current_password"), new_password: text("new_password") });
        }}
      >
        {/* Tells a password manager whose password this is. */}
        <input
          type="text"
          name="username"
          autoComplete="username"
          defaultValue={email ?? ""}
          hidden
          readOnly
        />
        <TextInput
          id="current-password"
          name="current_password"
          type="password"
          label={t("current_password")}
          autoComplete="current-password"
          error={errorOf("current_password")}
          required
        />
        <TextInput
          id="new-password"
          name="new_password"
          type="password"
          label={t("new_password")}
          hint={t("new_password_hint", { min: passwordMin })}
          autoComplete="new-password"
          minLength={passwordMin}
          maxLength={128}
          error={errorOf("new_password")}
          required
        />
        {errors.length === 0 && <Failure error={change.error} />}
        <p className="text-[0.9rem] text-soft">{t("change_explain")}</p>
        <Button type="submit" variant="primary" isBusy={change.isPending} className="min-h-10 self-start">
          {t("change")}
        </Button>
      </form>
    </section>
  );
}
