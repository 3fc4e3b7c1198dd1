"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useId } from "react";
import { Button } from "@/components/ui/button";
import { Failure } from "@/components/ui/failure";
import { inputClass, labelClass } from "@/components/ui/input-classes";
import { callAt } from "@/lib/web/client";

export function signIn(values: { email: string; password: string }): Promise<void> {
  return callAt<void>("POST", "/api/auth/sign-in/email", values);
}

/**
 * An e-mail address and a password. There is one error for both: it must not reveal which one was
 * wrong.
 */
export function SignInForm({ email, onSignedIn }: { email?: string | null; onSignedIn: () => void }) {
  const t = useTranslations("access");
  const id = useId();
  const enter = useMutation({ mutationFn: signIn, onSuccess: onSignedIn });
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        const data = new FormData(event.currentTarget);
        enter.mutate({ email: String(data.get("email")), password: String(data.get("password")) });
      }}
    >
      <TextInput
        id={`${id}-email`}
        label={t("email")}
        name="email"
        type="email"
        autoComplete="username"
        defaultValue={email ?? ""}
        required
      />
      <TextInput
        id={`${id}-password`}
        label={t("password")}
        name="password"
        type="password"
        autoComplete="current-password"
        required
      />
      <Failure error={enter.error} />
      <Button type="submit" variant="primary" isBusy={enter.isPending} className="min-h-10">
        {t("sign_in")}
      </Button>
    </form>
  );
}

/** A native input: password managers handle it best. */
export function TextInput({
  label,
  hint,
  error,
  ...props
}: React.ComponentProps<"input"> & { id: string; label: string; hint?: string; error?: string | undefined }) {
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={props.id} className={labelClass}>
        {label}
      </label>
      <input
        {...props}
        aria-describedby={`${props.id}-more`}
        aria-invalid={Boolean(error)}
        className={`${inputClass} read-only:text-soft`}
      />
      <p id={`${props.id}-more`} className={`text-[0.9rem] ${error ? "text-bad" : "text-soft"} empty:hidden`}>
        {error ?? hint}
      </p>
    </div>
  );
}
