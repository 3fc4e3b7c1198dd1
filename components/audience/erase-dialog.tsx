"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ConfirmDialog } from "@/components/ui/dialog";
import { Failure } from "@/components/ui/failure";
import { Field } from "@/components/ui/field";
import { call } from "@/lib/web/client";

const DIGITS = 4;

/**
 * Erases a number once the user has typed its last digits. It says what is erased and what stays.
 */
export default function EraseDialog({
  phone,
  onClose,
  onErased,
}: {
  phone: string;
  onClose: () => void;
  onErased: () => void;
}) {
  const t = useTranslations("person");
  const [typed, setTyped] = useState("");
  const erase = useMutation({
    mutationFn: () => call<void>("DELETE", `recipients/${encodeURIComponent(phone)}/?erase=true`),
    onSuccess: onErased,
  });
  const isRight = typed.trim() === phone.slice(-DIGITS);
  return (
    <ConfirmDialog
      title={t("erase_title", { phone })}
      isOpen
      onClose={onClose}
      confirm={{
        label: t("erase"),
        isDanger: true,
        isDisabled: !isRight,
        isPending: erase.isPending,
        run: () => erase.mutate(),
      }}
    >
      <p>{t("erase_explain")}</p>
      <p className="text-soft">{t("erase_stays")}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isRight) erase.mutate();
        }}
      >
        <Field
          label={t("erase_type", { count: DIGITS })}
          inputMode="numeric"
          autoComplete="off"
          value={typed}
          onChange={setTyped}
        />
      </form>
      <Failure error={erase.error} />
    </ConfirmDialog>
  );
}
