"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useForm } from "react-hook-form";
import { FormDialog } from "@/components/audience/form-dialog";
import { TextInput } from "@/components/shell/sign-in-form";
import { useShowProblem } from "@/components/ui/problem-fields";
import type { NewInvitation } from "@/lib/contract/access/user";
import { type Role, roles } from "@/lib/domain/rights";
import { call } from "@/lib/web/client";

/** Invites somebody: name, address and role. */
export default function InviteDialog({
  onClose,
  onMade,
}: {
  onClose: () => void;
  onMade: (invitation: NewInvitation) => void;
}) {
  const t = useTranslations("settings");
  const access = useTranslations("access");
  const form = useForm({ defaultValues: { email: "", role: "marketer" as Role } });
  const showProblem = useShowProblem(form.setError, ["email", "role"]);
  const invite = useMutation({
    mutationFn: (values: { email: string; role: Role }) =>
      call<NewInvitation>("POST", "invitations/", values),
    onSuccess: onMade,
    onError: showProblem,
  });
  const { errors } = form.formState;
  return (
    <FormDialog
      title={t("invite_title")}
      onClose={onClose}
      onSubmit={form.handleSubmit((values) => invite.mutate(values))}
      isPending={invite.isPending}
      error={errors.root?.message}
      submit={t("make_link")}
    >
      <TextInput
        id="invite-email"
        type="email"
        autoComplete="off"
        label={access("email")}
        hint={t("invite_email_hint")}
        error={errors.email?.message}
        {...form.register("email")}
      />
      <fieldset className="flex flex-col gap-2">
        <legend className="sr-only">{t("role")}</legend>
        {roles.map((each) => (
          <label
            key={each}
            className="flex cursor-pointer gap-2.5 rounded-md border border-line px-3 py-2 has-checked:border-accent has-checked:bg-accent-wash"
          >
            <input type="radio" value={each} {...form.register("role")} />
            <span>
              <span className="font-medium">{access(`role.${each}`)}</span>
              <span className="block text-[0.92rem] text-soft">{t(`may.${each}`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
    </FormDialog>
  );
}
