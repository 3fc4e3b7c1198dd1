"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { type Role, roles } from "@/lib/domain/rights";
import { ConfirmDialog } from "../ui/dialog";

/** What somebody new will be able to do; the link is made then. */
export default function InviteDialog(props: { isPending: boolean; onInvite: (role: Role) => void; onClose: () => void }) {
  const t = useTranslations("settings");
  const access = useTranslations("access");
  const [role, setRole] = useState<Role>("marketer");
  return (
    <ConfirmDialog
      title={t("invite_title")}
      isOpen
      onClose={props.onClose}
      confirm={{ label: t("make_link"), isPending: props.isPending, run: () => props.onInvite(role) }}
    >
      <fieldset className="flex flex-col gap-2">
        <legend className="sr-only">{t("role")}</legend>
        {roles.map((each) => (
          <label
            key={each}
            className="flex cursor-pointer gap-2.5 rounded-md border border-line px-3 py-2 has-checked:border-accent has-checked:bg-accent-wash"
          >
            <input type="radio" name="role" value={each} checked={role === each} onChange={() => setRole(each)} />
            <span>
              <span className="font-medium">{access(`role.${each}`)}</span>
              <span className="block text-[0.92rem] text-soft">{t(`may.${each}`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
    </ConfirmDialog>
  );
}
