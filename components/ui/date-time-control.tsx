"use client";

import { type CalendarDateTime, parseDateTime } from "@internationalized/date";
import { CalendarDays } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { type ReactNode, type Ref, useImperativeHandle, useRef, useState } from "react";
import {
  DateField,
  DateInput,
  DateSegment,
  FieldError,
  I18nProvider,
  Label,
  Text,
} from "react-aria-components";
import { errorClass, hintClass, inputClass, labelClass } from "./input-classes";
import { useReader } from "./reader";

const CalendarPopover = dynamic(() => import("./calendar-popover"), { ssr: false });

export interface DateTimeFieldProps {
  label: string;
  /** Only screen readers get the label. */
  isLabelHidden?: boolean;
  /** `day`: the value is `YYYY-MM-DD`. */
  granularity?: "day" | "minute";
  /** Wall time, `YYYY-MM-DDTHH:mm`. Any other text is an empty field. */
  value: string;
  /** Called with wall time, or with "" when the field is half filled. */
  onChange: (value: string) => void;
  hint?: ReactNode;
  error?: string | undefined;
  isDisabled?: boolean;
  /** The element that the form focuses. */
  controlRef?: Ref<{ focus(): void }>;
}

/** The user types it part by part, or chooses the day in a calendar. */
export default function DateTimeControl({
  label,
  isLabelHidden = false,
  granularity = "minute",
  value,
  onChange,
  hint,
  error,
  isDisabled = false,
  controlRef,
}: DateTimeFieldProps) {
  const textOf = (time: CalendarDateTime | null) =>
    time?.toString().slice(0, granularity === "day" ? 10 : 16) ?? "";
  const t = useTranslations("form");
  const group = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  // Keep what the field shows while its parts change: a half-filled field keeps its parts and has
  // no value.
  const [shown, setShown] = useState(() => read(value));
  const told = useRef(value);
  const latest = useRef(shown);
  if (value !== told.current) {
    told.current = value;
    latest.current = read(value);
    setShown(latest.current);
  }
  useImperativeHandle(controlRef, () => ({
    focus: () => group.current?.querySelector<HTMLElement>("[role=spinbutton]")?.focus(),
  }));

  function tell(text: string) {
    if (text === told.current) return;
    told.current = text;
    onChange(text);
  }

  function show(time: CalendarDateTime | null) {
    latest.current = time;
    setShown(time);
    tell(textOf(time));
  }

  return (
    <I18nProvider locale={useReader().locale}>
      <DateField
        value={shown}
        onChange={show}
        onBlur={() => tell(group.current?.querySelector("[data-placeholder]") ? "" : textOf(latest.current))}
        granularity={granularity}
        shouldForceLeadingZeros
        isDisabled={isDisabled}
        isInvalid={Boolean(error)}
        validationBehavior="aria"
        className="flex flex-col gap-1.5"
      >
        <Label className={isLabelHidden ? "sr-only" : labelClass}>{label}</Label>
        <div className="relative">
          <DateInput
            ref={group}
            className={`${inputClass} flex w-full items-center whitespace-pre pr-10 tabular-nums data-focus-within:border-accent data-focus-within:outline-2 data-focus-within:outline-accent data-focus-within:-outline-offset-1 data-disabled:opacity-50`}
          >
            {(segment) => (
              <DateSegment
                segment={segment}
                className="rounded-sm px-px outline-none data-placeholder:text-soft data-focused:bg-accent data-focused:text-accent-ink"
              />
            )}
          </DateInput>
          <button
            type="button"
            disabled={isDisabled}
            aria-label={t("calendar", { label })}
            title={t("calendar", { label })}
            aria-haspopup="dialog"
            aria-expanded={isOpen}
            onClick={() => setOpen(true)}
            className="absolute inset-y-0 right-0 grid w-9 place-items-center rounded-md text-soft hover:text-ink disabled:opacity-50"
          >
            <CalendarDays size={15} aria-hidden />
          </button>
        </div>
        {hint && (
          <Text slot="description" className={hintClass}>
            {hint}
          </Text>
        )}
        <FieldError className={errorClass}>{error}</FieldError>
      </DateField>
      {isOpen && (
        <CalendarPopover
          label={label}
          anchor={group}
          value={shown}
          onChange={show}
          onClose={() => setOpen(false)}
        />
      )}
    </I18nProvider>
  );
}

function read(text: string): CalendarDateTime | null {
  try {
    return parseDateTime(text);
  } catch {
    return null;
  }
}
