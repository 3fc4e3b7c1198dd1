"use client";

import { useFormatter, useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import type { PreviewAnswer } from "@/lib/contract/preview";
import { ConfirmDialog } from "../ui/dialog";
import { Field } from "../ui/field";
import type { Draft } from "./draft";
import { useZoned } from "./use-zoned";

interface ConfirmProps {
  isOpen: boolean;
  onClose: () => void;
  draft: Draft;
  /** Of this very draft. */
  preview: PreviewAnswer;
  isPending: boolean;
  isEdit: boolean;
  onConfirm: () => void;
}

/** Repeats count, text and window before anything is scheduled. What goes to everyone asks for the count to be typed. */
export function ConfirmSchedule({ isOpen, onClose, draft, preview, isPending, isEdit, onConfirm }: ConfirmProps) {
  const t = useTranslations("form");
  const format = useFormatter();
  const zoned = useZoned();
  const [typed, setTyped] = useState("");
  useEffect(() => {
    if (isOpen) setTyped("");
  }, [isOpen]);
  const count = preview.audience.total;
  const isEveryone = !draft.filter_mobile_operator_code && !draft.filter_tag;
  const isTyped = typed.replace(/\D/g, "") === String(count);
  return (
    <ConfirmDialog
      title={t("confirm_title", { count })}
      isOpen={isOpen}
      onClose={onClose}
      confirm={{
        label: isEdit ? t("save") : t("schedule"),
        run: onConfirm,
        isPending,
        isDisabled: isEveryone && !isTyped,
      }}
      cancel={t("back")}
    >
      <p className="max-h-40 overflow-auto whitespace-pre-wrap break-words rounded-2xl rounded-bl-sm bg-accent-wash px-3.5 py-2.5 leading-snug">
        {draft.message_text}
      </p>
      {preview.window && (
        <p>
          {draft.start === "now" ? t("from_now") : zoned(preview.window.start_datetime, draft.timezone, false)} →{" "}
          {zoned(preview.window.end_datetime, draft.timezone)}
        </p>
      )}
      {preview.message && <p className="text-soft">{t("cost_segments", { count: count * preview.message.segments })}</p>}
      {preview.warnings
        .filter(({ code }) => !(code === "starts_immediately" && draft.start === "now"))
        .map(({ code, detail }) => (
          <p key={code} className="rounded-md bg-warn-wash px-3 py-2 text-warn">
            {detail}
          </p>
        ))}
      {isEveryone && (
        <Field label={t("type_count", { count: format.number(count) })} value={typed} onChange={setTyped} inputMode="numeric" autoFocus />
      )}
    </ConfirmDialog>
  );
}
