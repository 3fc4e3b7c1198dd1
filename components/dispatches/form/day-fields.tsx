"use client";

import { useQuery } from "@tanstack/react-query";
import { useNow, useTranslations } from "next-intl";
import { useEffect, useId, useMemo, useState } from "react";
import { Controller, useFormContext, useFormState, useWatch } from "react-hook-form";
import { Button } from "@/components/ui/button";
import { DateTimeField } from "@/components/ui/date-time-field";
import { TimeOfDay } from "@/components/ui/hours-fields";
import { errorClass, hintClass, labelClass } from "@/components/ui/input-classes";
import { Select } from "@/components/ui/select";
import { useCity, useClock, useZoned } from "@/components/ui/use-zoned";
import type { Dispatch } from "@/lib/contract/dispatches/dispatch";
import { type Hours, weekdays } from "@/lib/domain/daily-hours";
import { type DayPlan, planDay, type ZoneCount } from "@/lib/domain/own-day";
import { isTimeZone } from "@/lib/domain/time-zone";
import { previewQuery, quietHoursQuery } from "@/lib/web/queries";
import { type DayWindow, type Draft, dayAfter, draftOf, isSame, wallTime } from "./draft";
import type { OwnDay } from "./own-day";
import { useDate } from "./use-date";

const NOW_MS = 10_000;
const CITIES_MAX = 6;

export interface DayFieldsProps {
  /** The valid part of the draft; undefined before the first check. */
  body: Record<string, unknown> | undefined;
  /** The dispatch that is edited. */
  edited: Dispatch | undefined;
  impossible: { pointer: string; detail: string }[];
  /** `problem` says why the user cannot schedule this day, or is null. */
  onPlan: (window: DayWindow | undefined, problem: string | null) => void;
}

/** Asks for a day and hours in local time, and shows the window that they need. */
export default function DayFields({ body, edited, impossible, onPlan }: DayFieldsProps) {
  const t = useTranslations("form.day");
  const form = useTranslations("form");
  const words = useTranslations("hours");
  const cityOf = useCity();
  const { control, setValue } = useFormContext<Draft>();
  const { errors } = useFormState({ control, name: ["own_day", "local_time"] });
  const draft = useWatch({ control }) as Draft;
  const { own_day: own, local_time: hours, timezone } = draft;
  const zones = useZones(draft, body, edited);
  const { data: quiet } = useQuery(quietHoursQuery);
  const nowMs = useNow({ updateInterval: NOW_MS }).getTime();
  const isCounted = zones.counts !== undefined && quiet !== undefined && !zones.isPending;

  const plan = useMemo(
    () =>
      own?.day && hours && zones.counts && quiet
        ? planDay(
            { day: own.day, from: hours.from, to: hours.to, withNext: own.past === "next_day" },
            quiet.enabled && !draft.ignore_quiet_hours ? quiet : null,
            zones.counts,
            nowMs,
          )
        : undefined,
    [own, hours, zones.counts, quiet, draft.ignore_quiet_hours, nowMs],
  );
  // The stored window stays until the user changes something that it depends on.
  const [isRecounted, setRecounted] = useState(false);
  const drawn = edited && draftOf(edited);
  const kept = !isRecounted && drawn?.own_day && isSame(dayPart(drawn), dayPart(draft)) ? edited : undefined;
  const late = kept ? [] : (plan?.past.filter(({ count }) => count > 0) ?? []);
  const planned = isCounted && plan ? windowOfPlan(plan, nowMs) : undefined;
  const window = kept ? keptWindow(kept) : planned;
  const dayProblem =
    plan?.problem && !kept && t(plan.problem, { from: quiet?.from ?? "", to: quiet?.to ?? "" });
  const choiceProblem = late.length > 0 && own?.past === null && !dayProblem ? t("undecided") : null;
  const problem =
    own?.day === "" || kept
      ? null
      : zones.hasFailed
        ? form("not_counted")
        : isCounted
          ? (dayProblem ?? choiceProblem)
          : form("counting");
  const told = JSON.stringify([window, problem]);
  useEffect(() => {
    const [window, problem] = JSON.parse(told) as [DayWindow | null, string | null];
    onPlan(window ?? undefined, problem);
  }, [told, onPlan]);

  if (!own || !hours) return null;
  const set = (change: Partial<OwnDay & Pick<Hours, "from" | "to" | "unknown_zone">>) => {
    const { day = own.day, past = null, ...others } = change;
    setValue("own_day", { day, past }, { shouldDirty: true });
    if (Object.keys(others).length > 0)
      setValue("local_time", { ...hours, ...others }, { shouldDirty: true });
  };
  const ofTimes = impossible.find(({ pointer }) =>
    /^\/(timezone|start_datetime|end_datetime)$/.test(pointer),
  );
  return (
    <div className="flex flex-col gap-4">
      <div className="grid items-start gap-4 sm:grid-cols-[minmax(0,1fr)_auto]">
        <Controller
          control={control}
          name="own_day"
          render={({ field }) => (
            <DateTimeField
              granularity="day"
              label={t("day")}
              value={own.day}
              onChange={(day) => set({ day })}
              controlRef={field.ref}
              error={errors.own_day?.message ?? (dayProblem || (choiceProblem ? undefined : ofTimes?.detail))}
            />
          )}
        />
        <div className="flex gap-4">
          {(["from", "to"] as const).map((end) => (
            <TimeOfDay
              key={end}
              label={words(end)}
              value={hours[end] === "24:00" ? "00:00" : hours[end]}
              onChange={(time) => set({ [end]: time })}
            />
          ))}
        </div>
      </div>
      {hours.to <= hours.from && <p className={hintClass}>{t("overnight", { to: hours.to })}</p>}
      <p role="alert" className={`${errorClass} empty:hidden`}>
        {errors.local_time?.message}
      </p>
      <div aria-live="polite" className="flex min-h-12 flex-col gap-1">
        {window ? (
          <WindowWords
            window={kept ? { ...window, ...kept } : window}
            timezone={timezone}
            open={plan?.open ?? []}
          />
        ) : (
          <p className="text-soft">{!isCounted && own.day !== "" && form("counting")}</p>
        )}
      </div>
      {kept && plan?.window && isCounted && !isWindowOf(kept, plan.window) && (
        <div className="flex flex-col items-start gap-2 rounded-md bg-warn-wash px-3 py-2 text-warn">
          <p role="status">{t("moved")}</p>
          <Button className="text-ink" onClick={() => setRecounted(true)}>
            {t("recount")}
          </Button>
        </div>
      )}
      {late.length > 0 && !dayProblem && (
        <Late
          day={own.day}
          hours={hours}
          zones={late}
          past={own.past}
          error={choiceProblem}
          onChoose={(past) => set({ past })}
        />
      )}
      <label className="flex flex-col items-start gap-1.5">
        <span className={labelClass}>{words("unknown_zone")}</span>
        <Select
          className="min-w-64 max-w-full"
          value={hours.unknown_zone}
          onChange={({ target }) => set({ unknown_zone: target.value as Hours["unknown_zone"] })}
        >
          <option value="dispatch">{t("unknown", { city: cityOf(timezone) })}</option>
          <option value="skip">{words("skip")}</option>
        </Select>
      </label>
    </div>
  );
}

/** The window in the dispatch's zone, with the first and the last time zone. */
function WindowWords({
  window,
  timezone,
  open,
}: {
  window: Pick<DayWindow, "start" | "start_datetime" | "end_datetime">;
  timezone: string;
  open: DayPlan["open"];
}) {
  const t = useTranslations("form.day");
  const cityOf = useCity();
  const zoned = useZoned();
  const clock = useClock();
  const city = cityOf(timezone);
  const at = (ms: number) =>
    clock(new Date(ms).toISOString(), timezone, { hour: "numeric", minute: "2-digit" });
  const end = zoned(window.end_datetime, timezone);
  const [first] = open;
  const last = open.reduce<DayPlan["open"][number] | undefined>(
    (last, one) => (last && last.toMs >= one.toMs ? last : one),
    undefined,
  );
  // Zones whose clocks show the same time count as one.
  const count = new Set(open.map(({ fromMs, toMs }) => `${fromMs} ${toMs}`)).size;
  return (
    <>
      <p className="font-medium">
        {window.start === "now"
          ? t("from_now", { end, city })
          : t("window", { start: zoned(window.start_datetime, timezone), end, city })}
      </p>
      {first && last && (
        <p className="text-soft">
          {t(window.start === "now" ? "zones_now" : "zones", {
            count,
            first: cityOf(first.zone),
            from: at(first.fromMs),
            last: cityOf(last.zone),
            to: at(last.toMs),
          })}
        </p>
      )}
    </>
  );
}

/** Asks what happens to recipients in zones where the day is over. */
function Late({
  day,
  hours,
  zones,
  past,
  error,
  onChoose,
}: {
  day: string;
  hours: Hours;
  zones: ZoneCount[];
  past: OwnDay["past"];
  error: string | null;
  onChoose: (past: OwnDay["past"]) => void;
}) {
  const t = useTranslations("form.day");
  const form = useTranslations("form");
  const cityOf = useCity();
  const name = useId();
  const dateOf = useDate();
  const [date, next] = [dateOf(day), dateOf(dayAfter(day))];
  const count = zones.reduce((sum, { count }) => sum + count, 0);
  const sorted = [...zones].sort((a, b) => b.count - a.count);
  const cities = [
    ...sorted.slice(0, CITIES_MAX).map(({ zone }) => cityOf(zone)),
    ...(zones.length > CITIES_MAX ? [form("more_zones", { count: zones.length - CITIES_MAX })] : []),
  ].join(", ");
  return (
    <fieldset
      aria-describedby={error ? `${name}-error` : undefined}
      className="flex min-w-0 flex-col gap-2 rounded-md bg-warn-wash px-3 py-2.5"
    >
      <legend className="sr-only">{t("late_question")}</legend>
      <p role="status" className="text-warn">
        {t("late", { date, count, cities })}
      </p>
      {(["next_day", "skip"] as const).map((choice) => (
        <label key={choice} className="flex items-baseline gap-2.5">
          <input
            type="radio"
            name={name}
            className="accent-accent"
            checked={past === choice}
            onChange={() => onChoose(choice)}
          />
          <span className="flex min-w-0 flex-col">
            {t(choice, { date: next, count, from: hours.from, to: hours.to })}
            {choice === "next_day" && <span className={hintClass}>{t("next_day_hint", { date, next })}</span>}
          </span>
        </label>
      ))}
      <p id={`${name}-error`} role="alert" className={`${errorClass} empty:hidden`}>
        {error}
      </p>
    </fieldset>
  );
}

/**
 * The time zones of the audience. A forecast names them when a dispatch has local hours, so the
 * form asks for the forecast of one at all hours. The request changes with the audience only.
 */
function useZones(draft: Draft, body: Record<string, unknown> | undefined, edited: Dispatch | undefined) {
  const { timezone, local_time: hours } = draft;
  const today = wallTime(new Date(), timezone).slice(0, 10);
  const asked = {
    filter_mobile_operator_code: body?.filter_mobile_operator_code,
    filter_tag: body?.filter_tag,
    audience: body?.audience,
    timezone,
    start_datetime: `${today}T00:00`,
    end_datetime: `${dayAfter(today)}T00:00`,
    message_text: "-",
    local_time: { from: "00:00", to: "24:00", days: weekdays, unknown_zone: hours?.unknown_zone },
  };
  const { data, isPlaceholderData, isError } = useQuery({
    ...previewQuery(asked, edited?.id),
    enabled: body !== undefined,
    placeholderData: (last) => last,
  });
  const zones = data?.forecast?.by_zone;
  const counts = useMemo(() => {
    const known = zones
      ?.filter(({ timezone }) => isTimeZone(timezone))
      .map(({ timezone, count }) => ({ zone: timezone, count }));
    // An empty audience has the zone of the dispatch.
    return known?.length === 0 ? [{ zone: timezone, count: 0 }] : known;
  }, [zones, timezone]);
  return { counts, isPending: isPlaceholderData, hasFailed: isError };
}

const keptWindow = (dispatch: Dispatch): DayWindow => {
  const { start_datetime, end_datetime } = draftOf(dispatch);
  return { start: "at", start_datetime, end_datetime, days: dispatch.local_time?.days ?? [] };
};

const isoOf = (ms: number) => new Date(ms).toISOString();

function windowOfPlan({ window, days }: DayPlan, nowMs: number): DayWindow | undefined {
  if (!window) return undefined;
  return {
    start: window.fromMs <= nowMs ? "now" : "at",
    start_datetime: isoOf(window.fromMs),
    end_datetime: isoOf(window.toMs),
    days,
  };
}

const isWindowOf = (dispatch: Dispatch, { fromMs, toMs }: NonNullable<DayPlan["window"]>) =>
  Date.parse(dispatch.start_datetime) === fromMs && Date.parse(dispatch.end_datetime) === toMs;

/** The fields that the window depends on. */
const dayPart = ({ own_day, local_time, ...draft }: Draft) => [
  own_day,
  ...(local_time ? [local_time.from, local_time.to, local_time.unknown_zone] : []),
  ...[draft.timezone, draft.filter_mobile_operator_code, draft.filter_tag, draft.audience],
];
