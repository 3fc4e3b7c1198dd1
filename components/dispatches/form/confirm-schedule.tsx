"use client";

import { useFormatter, useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { asksNothing, filledPart } from "@/components/audience/expression/expression";
import { useAudienceWords } from "@/components/audience/expression/use-audience-words";
import MarkedText from "@/components/dispatches/marked-text";
import Money from "@/components/dispatches/money";
import { reachedBy } from "@/components/dispatches/preview-figures";
import { ConfirmDialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { useCity, useZoned } from "@/components/ui/use-zoned";
import type { PreviewAnswer } from "@/lib/contract/dispatches/preview";
import { readPersonalText } from "@/lib/domain/text/personal-text";
import { type Draft, dayAfter } from "./draft";
import { useDate } from "./use-date";

interface ConfirmProps {
  isOpen: boolean;
  onClose: () => void;
  draft: Draft;
  /** The preview of exactly this draft. */
  preview: PreviewAnswer;
  isPending: boolean;
  isEdit: boolean;
  onConfirm: () => void;
}

/**
 * Shows count, text and window before anything is scheduled. When everybody would get it, the user
 * must type the count.
 */
export default function ConfirmSchedule({
  isOpen,
  onClose,
  draft,
  preview,
  isPending,
  isEdit,
  onConfirm,
}: ConfirmProps) {
  const t = useTranslations("form");
  const format = useFormatter();
  const zoned = useZoned();
  const cityOf = useCity();
  const dateOf = useDate();
  const wordsOf = useAudienceWords();
  const [typed, setTyped] = useState("");
  const [ticked, setTicked] = useState<string[]>([]);
  useEffect(() => {
    if (!isOpen) return;
    setTyped("");
    setTicked([]);
  }, [isOpen]);
  const { repeats, forecast, cost } = preview;
  const read = draft.personal ? undefined : readPersonalText(draft.message_text);
  const placeholder = read && "names" in read ? read.names[0] : undefined;
  // Unusual choices must be ticked: a second click is not enough.
  const doubts = [
    repeats &&
      t(repeats.status === "scheduled" ? "repeats_scheduled" : "repeats", {
        time: zoned(repeats.start_datetime, draft.timezone),
        ago: format.relativeTime(new Date(repeats.start_datetime), new Date()),
      }),
    forecast && forecast.not_sent > 0 && t("not_sent", { count: forecast.not_sent }),
    placeholder !== undefined && t("personal.is_off", { placeholder: `{{${placeholder}}}` }),
  ].filter((doubt) => doubt !== null && doubt !== false);
  const count = reachedBy(preview);
  const isEveryone = draft.audience
    ? asksNothing(draft.audience)
    : !draft.filter_mobile_operator_code && !draft.filter_tag;
  const isTyped = typed.replace(/\D/g, "") === String(count);
  return (
    <ConfirmDialog
      title={t(isEdit ? "confirm_save" : "confirm_title", { count })}
      isOpen={isOpen}
      onClose={onClose}
      confirm={{
        label: isEdit ? t("save") : t("schedule"),
        run: onConfirm,
        isPending,
        isDisabled: (isEveryone && !isTyped) || doubts.some((doubt) => !ticked.includes(doubt)),
      }}
      cancel={t("back")}
    >
      <p className="max-h-40 shrink-0 overflow-auto whitespace-pre-wrap break-words rounded-2xl rounded-bl-sm bg-accent-wash px-3.5 py-2.5 leading-snug">
        {draft.personal ? <MarkedText text={draft.message_text} /> : draft.message_text}
      </p>
      {draft.sender && <p>{t("from_sender", { name: draft.sender })}</p>}
      {draft.audience && <p>{wordsOf(filledPart(draft.audience)).join(" ")}</p>}
      {preview.audience.is_estimate && <p className="text-soft">{t("is_estimate")}</p>}
      {draft.own_day && draft.local_time && (
        <p>
          {t("day.confirm", {
            ...{ from: draft.local_time.from, to: draft.local_time.to },
            date: dateOf(draft.own_day.day),
          })}{" "}
          {draft.local_time.days.length > 1 &&
            t("day.confirm_next", { date: dateOf(dayAfter(draft.own_day.day)) })}
        </p>
      )}
      {preview.window && (
        <p>
          {draft.start === "now" ? t("from_now") : zoned(preview.window.start_datetime, draft.timezone)} →{" "}
          {zoned(preview.window.end_datetime, draft.timezone)} · {cityOf(draft.timezone)}
        </p>
      )}
      {cost && (
        <div>
          <p className="text-soft">
            {cost.is_estimate && "≈ "}
            {t("cost_segments", { count: cost.segments })}
          </p>
          <Money cost={cost} isWhole />
        </div>
      )}
      {preview.personal?.skipped
        .filter(({ count }) => count > 0)
        .map(({ reason, count }) => (
          <p key={reason} className="rounded-md bg-warn-wash px-3 py-2 text-warn">
            {t(`personal.skipped.${reason}`, { count })}
          </p>
        ))}
      {preview.warnings
        .filter(
          ({ code }) => code !== "will_not_fit" && !(code === "starts_immediately" && draft.start === "now"),
        )
        .map(({ code, detail }) => (
          <p key={code} className="rounded-md bg-warn-wash px-3 py-2 text-warn">
            {detail}
          </p>
        ))}
      {doubts.map((doubt) => (
        <label key={doubt} className="flex items-start gap-2.5 rounded-md bg-warn-wash px-3 py-2 text-warn">
          <input
            type="checkbox"
            className="mt-1 size-4 shrink-0 accent-accent"
            checked={ticked.includes(doubt)}
            onChange={({ target }) =>
              setTicked(target.checked ? [...ticked, doubt] : ticked.filter((one) => one !== doubt))
            }
          />
          <span>
            {doubt} {t("anyway")}
          </span>
        </label>
      ))}
      {isEveryone && (
        <Field
          label={t("type_count", { count: format.number(count) })}
          value={typed}
          onChange={setTyped}
          inputMode="numeric"
          autoFocus
        />
      )}
    </ConfirmDialog>
  );
}
