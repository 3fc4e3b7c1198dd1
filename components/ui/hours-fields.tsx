"use client";

import { useFormatter, useTranslations } from "next-intl";
import { useState } from "react";
import { type Hours, type Weekday, weekdays } from "@/lib/domain/daily-hours";
import { errorClass, inputClass, labelClass } from "./input-classes";
import { Select } from "./select";

/** 1 January 2024 was a Monday. */
const dateOf = (day: Weekday) => new Date(Date.UTC(2024, 0, 1 + weekdays.indexOf(day)));

/** The weekdays in words: their short names, or that it is every day. */
export function useDays(): (days: Weekday[]) => string {
  const t = useTranslations("hours");
  const format = useFormatter();
  return (days) =>
    days.length === weekdays.length
      ? t("every_day")
      : format.list(days.map((day) => format.dateTime(dateOf(day), { weekday: "short", timeZone: "UTC" })));
}

/** Edits hours: from, to, days, and what to do about people whose time zone is unknown. */
export function HoursFields({
  value,
  onChange,
  unknown,
  error,
}: {
  value: Hours;
  onChange: (hours: Hours) => void;
  /** The text of the choice "the dispatch's zone". */
  unknown: string;
  error?: string | undefined;
}) {
  const t = useTranslations("hours");
  const format = useFormatter();
  const set = (change: Partial<Hours>) => onChange({ ...value, ...change });
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap gap-x-4 gap-y-3">
        {(["from", "to"] as const).map((end) => (
          <TimeOfDay
            key={end}
            label={t(end)}
            value={value[end] === "24:00" ? "00:00" : value[end]}
            onChange={(time) => set({ [end]: time })}
          />
        ))}
      </div>
      <fieldset className="flex min-w-0 flex-col gap-1.5">
        <legend className={`${labelClass} mb-1.5`}>{t("days")}</legend>
        <div className="flex flex-wrap gap-x-4 gap-y-1.5">
          {weekdays.map((day) => (
            <label key={day} className="flex items-baseline gap-1.5">
              <input
                type="checkbox"
                checked={value.days.includes(day)}
                onChange={({ target }) =>
                  set({
                    days: weekdays.filter((one) => (one === day ? target.checked : value.days.includes(one))),
                  })
                }
              />
              {format.dateTime(dateOf(day), { weekday: "short", timeZone: "UTC" })}
            </label>
          ))}
        </div>
      </fieldset>
      <label className="flex flex-col items-start gap-1.5">
        <span className={labelClass}>{t("unknown_zone")}</span>
        <Select
          className="w-full max-w-sm"
          value={value.unknown_zone}
          onChange={({ target }) => set({ unknown_zone: target.value as Hours["unknown_zone"] })}
        >
          <option value="dispatch">{unknown}</option>
          <option value="skip">{t("skip")}</option>
        </Select>
      </label>
      <p role="alert" className={`${errorClass} empty:hidden`}>
        {error}
      </p>
    </div>
  );
}

/**
 * A time of day with 24 hours: a native field follows the browser's language. A text that is no
 * time changes nothing.
 */
export function TimeOfDay({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (time: string) => void;
}) {
  const [typed, setTyped] = useState<string>();
  return (
    <label className="flex flex-col gap-1.5">
      <span className={labelClass}>{label}</span>
      <input
        inputMode="numeric"
        maxLength={5}
        placeholder="00:00"
        className={`${inputClass} w-20 tabular-nums`}
        value={typed ?? value}
        onChange={({ target }) => {
          setTyped(target.value);
          const [, hour, minute] = /^([01]?\d|2[0-3])[:.]?([0-5]\d)$/.exec(target.value.trim()) ?? [];
          if (hour && minute) onChange(`${hour.padStart(2, "0")}:${minute}`);
        }}
        onBlur={() => setTyped(undefined)}
      />
    </label>
  );
}
