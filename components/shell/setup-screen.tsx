"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type InvitationAccepted, passwordMin } from "@/lib/contract/user";
import type { Role } from "@/lib/domain/rights";
import { callAt, ProblemError } from "@/lib/web/client";
import { Button } from "../ui/button";
import { signIn, TextInput } from "./sign-in-form";
import { Door } from "./sign-in-screen";

/** Where a one-time link leads: a name, an address and a password for somebody new, a password for somebody known. */
export function SetupScreen({
  token,
  invitation,
}: {
  token: string;
  invitation: { isNew: boolean; role: Role; email: string | null } | null;
}) {
  const t = useTranslations("access");
  const join = useMutation({
    mutationFn: async (values: { name?: string; email?: string; password: string }) => {
      const { email } = await callAt<InvitationAccepted>("POST", "/api/v1/invitations/accept/", { token, ...values });
      await signIn({ email, password: values.password });
    },
    onSuccess: () => window.location.assign("/"),
  });
  if (!invitation) {
    return (
      <Door title={t("link_dead")}>
        <p className="text-soft">{t("link_dead_explain")}</p>
      </Door>
    );
  }
  const errors = join.error instanceof ProblemError ? (join.error.problem.errors ?? []) : [];
  const errorOf = (name: string) => errors.find(({ pointer }) => pointer === `/${name}`)?.detail;
  return (
    <Door title={invitation.isNew ? t("welcome") : t("new_password")}>
      {invitation.isNew && <p className="text-soft">{t("joins_as", { role: t(`role.${invitation.role}`) })}</p>}
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const data = new FormData(event.currentTarget);
          const text = (name: string) => String(data.get(name));
          join.mutate({
            password: text("password"),
            ...(invitation.isNew && { name: text("name"), email: invitation.email ?? text("email") }),
          });
        }}
      >
        {invitation.isNew && (
          <>
            <TextInput id="name" name="name" label={t("name")} autoComplete="name" maxLength={100} error={errorOf("name")} required />
            <TextInput
              id="email"
              name="email"
              type="email"
              label={t("email")}
              autoComplete="username"
              defaultValue={invitation.email ?? ""}
              readOnly={invitation.email !== null}
              error={errorOf("email")}
              required
            />
          </>
        )}
        <TextInput
          id="password"
          name="password"
          type="password"
          label={t("password")}
          hint={t("password_hint", { min: passwordMin })}
          autoComplete="new-password"
          minLength={passwordMin}
          maxLength={128}
          error={errorOf("password")}
          required
        />
        {join.isError && errors.length === 0 && (
          <p role="alert" className="rounded-md bg-bad-wash px-3 py-2 text-bad">
            {join.error.message}
          </p>
        )}
        <Button type="submit" variant="primary" disabled={join.isPending} className="min-h-10">
          {t("come_in")}
        </Button>
      </form>
    </Door>
  );
}
