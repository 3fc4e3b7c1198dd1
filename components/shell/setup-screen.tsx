"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useSyncExternalStore } from "react";
import { Button } from "@/components/ui/button";
import { Failure } from "@/components/ui/failure";
import { Skeleton } from "@/components/ui/skeleton";
import { type InvitationAccepted, type InvitationPurpose, passwordMin } from "@/lib/contract/access/user";
import { callAt, ProblemError } from "@/lib/web/client";
import { signIn, TextInput } from "./sign-in-form";
import { Door } from "./sign-in-screen";

/** The token of the link; null on the server, which never gets it. */
function useToken(): string | null {
  return useSyncExternalStore(
    (changed) => {
      window.addEventListener("hashchange", changed);
      return () => window.removeEventListener("hashchange", changed);
    },
    () => new URLSearchParams(window.location.hash.slice(1)).get("token") ?? "",
    () => null,
  );
}

/**
 * The page of a one-time link. A new user chooses name, address and password; a known user chooses
 * a password.
 */
export function SetupScreen() {
  const t = useTranslations("access");
  const token = useToken();
  const invitation = useQuery({
    queryKey: ["invitation", token],
    queryFn: () =>
      token ? callAt<InvitationPurpose>("POST", "/api/auth/invitation", { token }).catch(deadIsNull) : null,
    enabled: token !== null,
    // The token works once, and this page uses it.
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (invitation.isError) {
    return (
      <Door title={t("welcome")}>
        <Failure error={invitation.error} />
      </Door>
    );
  }
  if (token === null || invitation.data === undefined) {
    return (
      <Door title={t("welcome")}>
        <Skeleton className="h-40" />
      </Door>
    );
  }
  if (!invitation.data) {
    return (
      <Door title={t("link_dead")}>
        <p className="text-soft">{t("link_dead_explain")}</p>
      </Door>
    );
  }
  return <SetupForm token={token} invitation={invitation.data} />;
}

function deadIsNull(error: unknown): null {
  if (error instanceof ProblemError && error.problem.status < 500) return null;
  throw error;
}

function SetupForm({ token, invitation }: { token: string; invitation: InvitationPurpose }) {
  const t = useTranslations("access");
  const join = useMutation({
    mutationFn: async (values: { name?: string; email?: string; password: string }) => {
      const { email } = await callAt<InvitationAccepted>("POST", "/api/v1/invitations/accept/", {
        token,
        ...values,
      });
      await signIn({ email, password: values.password });
    },
    onSuccess: () => window.location.replace("/"),
  });
  const errors = join.error instanceof ProblemError ? (join.error.problem.errors ?? []) : [];
  const errorOf = (name: string) => errors.find(({ pointer }) => pointer === `/${name}`)?.detail;
  return (
    <Door title={invitation.isNew ? t("welcome") : t("new_password")}>
      {invitation.isNew && (
        <p className="text-soft">{t("joins_as", { role: t(`role.${invitation.role}`) })}</p>
      )}
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
            <TextInput
              id="name"
              name="name"
              label={t("name")}
              autoComplete="name"
              maxLength={100}
              error={errorOf("name")}
              required
            />
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
        {errors.length === 0 && <Failure error={join.error} />}
        <Button type="submit" variant="primary" isBusy={join.isPending} className="min-h-10">
          {t(invitation.isNew ? "create_account" : "come_in")}
        </Button>
      </form>
    </Door>
  );
}
