"use client";

import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { memo } from "react";
import { Controller, useFormContext, useWatch } from "react-hook-form";
import { Button } from "@/components/ui/button";
import { ZoneChoice } from "@/components/ui/choice";
import { DateTimeField } from "@/components/ui/date-time-field";
import { hintClass } from "@/components/ui/input-classes";
import { useCity, useClock, useViewerZone } from "@/components/ui/use-zoned";
import type { PreviewAnswer } from "@/lib/contract/dispatches/preview";
import { type Hours, weekdays } from "@/lib/domain/daily-hours";
import type { DayFieldsProps } from "./day-fields";
import { addMinutes, type DayWindow, type Draft, wallTime } from "./draft";
import { HoursFields } from "./hours-fields";

// It loads the time zone library.
const DayFields = dynamic(() => import("./day-fields"), { ssr: false });

const daytime: Hours = { from: "09:00", to: "21:00", days: [...weekdays], unknown_zone: "dispatch" };
const DAY_MINUTES = 1_440;

interface WindowProps extends DayFieldsProps {
  window: PreviewAnswer["window"];
  /** The computed window of a day in local time. */
  dayWindow: DayWindow | undefined;
}

/** The schedule: a day in local time, or an exact start and end. */
export const WindowFields = memo(function WindowFields({ window, dayWindow, ...day }: WindowProps) {
  const t = useTranslations("form");
  const { control, getValues, setValue } = useFormContext<Draft>();
  const [hours, ownDay] = useWatch({ control, name: ["local_time", "own_day"] });
  const set = (fields: Partial<Draft>) => {
    for (const [field, value] of Object.entries(fields))
      setValue(field as keyof Draft, value, { shouldDirty: true });
  };
  /** The day of the typed start, but at least so many days from today. */
  const dayFrom = (days: number) => {
    const { timezone, start_datetime: start } = getValues();
    const first = addMinutes(wallTime(new Date(), timezone), days * DAY_MINUTES);
    return { day: [start, first].sort().at(-1)!.slice(0, 10), past: null };
  };
  /** Fills the exact fields with the window and the days of the day form. */
  function toExact() {
    const { timezone, local_time } = getValues();
    // A stored window is in these fields already.
    const isComputed = dayWindow?.end_datetime.endsWith("Z");
    set({
      own_day: null,
      ...(isComputed && {
        start: dayWindow!.start,
        start_datetime: wallTime(new Date(dayWindow!.start_datetime), timezone),
        end_datetime: wallTime(new Date(dayWindow!.end_datetime), timezone),
      }),
      ...(dayWindow && local_time && { local_time: { ...local_time, days: dayWindow.days } }),
    });
  }
  return (
    <fieldset className="flex min-w-0 flex-col gap-4">
      <legend className="mb-3 font-semibold text-base">{t("window")}</legend>
      <label className="flex items-baseline gap-2.5">
        <input
          type="checkbox"
          className="accent-accent"
          checked={hours !== null}
          onChange={({ target }) =>
            set({
              local_time: target.checked ? daytime : null,
              own_day: target.checked ? dayFrom(1) : null,
            })
          }
        />
        <span className="flex flex-col">
          {t("own_time")}
          <span className={hintClass}>{t("own_time_hint")}</span>
        </span>
      </label>
      {ownDay ? <DayFields {...day} /> : <ExactFields window={window} impossible={day.impossible} />}
      {hours && (
        <Button
          variant="quiet"
          className="-ml-2 self-start"
          onClick={() => (ownDay ? toExact() : set({ own_day: dayFrom(0) }))}
        >
          {t(ownDay ? "day.exact" : "day.one_day")}
        </Button>
      )}
      <HoursFields />
    </fieldset>
  );
});

const quickMinutes = [60, 180, 720, DAY_MINUTES] as const;

/** Zone, start and end, as typed and as instants. */
function ExactFields({ window, impossible }: Pick<WindowProps, "window" | "impossible">) {
  const t = useTranslations("form");
  const { control, setValue } = useFormContext<Draft>();
  const [timezone, chosen, typed] = useWatch({ control, name: ["timezone", "start", "start_datetime"] });
  const isNow = chosen === "now";
  const impossibleAt = (field: string) => impossible.find(({ pointer }) => pointer === `/${field}`)?.detail;
  // A half-typed start is no time: the quick choices of an end then count from now.
  const start = isNow || !typed ? wallTime(new Date(), timezone) : typed;
  return (
    <>
      <Controller
        control={control}
        name="timezone"
        render={({ field, fieldState }) => (
          <ZoneChoice
            label={t("timezone")}
            hint={t("timezone_hint")}
            value={field.value}
            onChange={field.onChange}
            error={fieldState.error?.message}
            controlRef={field.ref}
          />
        )}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <div className="flex flex-col gap-2">
          <Controller
            control={control}
            name="start_datetime"
            render={({ field, fieldState }) => (
              <DateTimeField
                label={t("start")}
                value={isNow ? start : field.value}
                isDisabled={isNow}
                onChange={field.onChange}
                controlRef={field.ref}
                error={fieldState.error?.message ?? impossibleAt("start_datetime")}
              />
            )}
          />
          <div className="flex flex-wrap gap-1.5">
            <Button
              variant={isNow ? "primary" : "plain"}
              aria-pressed={isNow}
              onClick={() => setValue("start", isNow ? "at" : "now", { shouldDirty: true })}
            >
              {t("now")}
            </Button>
          </div>
        </div>
        <div className="flex flex-col gap-2">
          <Controller
            control={control}
            name="end_datetime"
            render={({ field, fieldState }) => (
              <DateTimeField
                label={t("end")}
                value={field.value}
                onChange={field.onChange}
                controlRef={field.ref}
                error={fieldState.error?.message ?? impossibleAt("end_datetime")}
              />
            )}
          />
          <div className="flex flex-wrap gap-1.5">
            {quickMinutes.map((minutes) => (
              <Button
                key={minutes}
                onClick={() => setValue("end_datetime", addMinutes(start, minutes), { shouldDirty: true })}
              >
                {t("after", { hours: minutes / 60 })}
              </Button>
            ))}
          </div>
        </div>
      </div>
      <Resolved window={window} zone={timezone} />
    </>
  );
}

/**
 * The window in the dispatch's zone, in the viewer's and in UTC, with the effect of a clock change
 * in words.
 */
function Resolved({ window, zone }: { window: PreviewAnswer["window"]; zone: string }) {
  const t = useTranslations("form");
  const clock = useClock();
  const viewer = useViewerZone();
  const cityOf = useCity();
  const rows = [...new Set([zone, viewer, "UTC"])].filter((name) => name !== undefined);
  const show = (instant: string, timeZone: string) =>
    clock(instant, timeZone, {
      weekday: "short",
      day: "numeric",
      month: "short",
      hour: "numeric",
      minute: "2-digit",
    });
  return (
    <div className="flex flex-col gap-2" style={{ minHeight: `${rows.length * 2.4}rem` }}>
      {window && (
        <table className="w-full text-[0.9rem]">
          <caption className="sr-only">{t("resolved")}</caption>
          <tbody>
            {rows.map((name) => (
              <tr key={name} className="border-line border-t">
                <th scope="row" className="py-1.5 pr-3 text-left font-normal text-soft">
                  {name === viewer ? t("your_zone", { zone: cityOf(name) }) : cityOf(name)}
                </th>
                <td className="py-1.5 pr-3">{show(window.start_datetime, name)}</td>
                <td className="py-1.5">→ {show(window.end_datetime, name)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div aria-live="polite" className="flex flex-col gap-2 empty:hidden">
        {window?.moved && <p className="rounded-md bg-warn-wash px-3 py-2 text-warn">{t("moved")}</p>}
        {window?.repeated && <p className="rounded-md bg-warn-wash px-3 py-2 text-warn">{t("repeated")}</p>}
      </div>
    </div>
  );
}
