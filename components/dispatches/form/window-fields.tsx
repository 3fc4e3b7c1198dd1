"use client";

import { useTranslations } from "next-intl";
import { Controller, useFormContext } from "react-hook-form";
import { Button } from "@/components/ui/button";
import { ZoneChoice } from "@/components/ui/choice";
import { DateTimeField } from "@/components/ui/date-time-field";
import { useCity, useClock, useViewerZone } from "@/components/ui/use-zoned";
import type { PreviewAnswer } from "@/lib/contract/dispatches/preview";
import { addMinutes, type Draft, wallTime } from "./draft";

const quickMinutes = [60, 180, 720, 1_440] as const;

/** The schedule: zone, start and end, as typed and as instants. */
export function WindowFields({
  window,
  impossible,
}: {
  window: PreviewAnswer["window"];
  impossible: { pointer: string; detail: string }[];
}) {
  const t = useTranslations("form");
  const { control, watch, setValue } = useFormContext<Draft>();
  const draft = watch();
  const impossibleAt = (field: string) => impossible.find(({ pointer }) => pointer === `/${field}`)?.detail;
  // A half-typed start is no time: the quick choices of an end then count from now.
  const start =
    draft.start === "now" || !draft.start_datetime
      ? wallTime(new Date(), draft.timezone)
      : draft.start_datetime;
  return (
    <fieldset className="flex min-w-0 flex-col gap-4">
      <legend className="mb-3 font-semibold text-base">{t("window")}</legend>
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
                value={draft.start === "now" ? start : field.value}
                isDisabled={draft.start === "now"}
                onChange={field.onChange}
                controlRef={field.ref}
                error={fieldState.error?.message ?? impossibleAt("start_datetime")}
              />
            )}
          />
          <div className="flex flex-wrap gap-1.5">
            <Button
              variant={draft.start === "now" ? "primary" : "plain"}
              aria-pressed={draft.start === "now"}
              onClick={() => setValue("start", draft.start === "now" ? "at" : "now", { shouldDirty: true })}
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
      <Resolved window={window} zone={draft.timezone} />
    </fieldset>
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
    <div className="flex min-h-28 flex-col gap-2">
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
