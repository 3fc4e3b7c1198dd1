"use client";

import { TriangleAlert } from "lucide-react";
import dynamic from "next/dynamic";
import { useFormatter, useTranslations } from "next-intl";
import { useFormContext } from "react-hook-form";
import { Button } from "@/components/ui/button";
import { Instant, useCity, useZoned } from "@/components/ui/use-zoned";
import type { PreviewAnswer } from "@/lib/contract/dispatches/preview";
import { type Draft, wallTime } from "./form/draft";
import { reachedBy } from "./preview-figures";

const MarkedText = dynamic(() => import("./marked-text"), { ssr: false });
const Money = dynamic(() => import("./money"), { ssr: false });

/** Warnings that are shown above, or beside the times. */
const saidElsewhere = new Set(["will_not_fit", "wall_time_moved", "wall_time_repeated"]);

/** The forecast: when it finishes, what it costs, and the warnings. */
export function Forecast({ preview, draft }: { preview: PreviewAnswer | undefined; draft: Draft }) {
  const t = useTranslations("form");
  const format = useFormatter();
  const zoned = useZoned();
  const { setValue } = useFormContext<Draft>();
  const { message_text: text, start, personal: isPersonal, timezone } = draft;
  const forecast = preview?.forecast;
  const night = preview?.audience.night ?? 0;
  const cost = preview?.cost;
  // The end of a day is that of its hours.
  const suggested = draft.own_day ? null : forecast?.suggested_end;
  return (
    <section
      aria-labelledby="forecast"
      className="flex flex-col gap-4 rounded-card border border-line bg-surface p-4 shadow-card"
    >
      <h2 id="forecast">{t("forecast")}</h2>
      <p className="max-h-64 max-w-[17rem] overflow-hidden whitespace-pre-wrap break-words rounded-2xl rounded-bl-sm bg-accent-wash px-3.5 py-2.5 leading-snug">
        {isPersonal && text ? (
          <MarkedText text={text} />
        ) : (
          text || <span className="text-soft">{t("message_placeholder")}</span>
        )}
      </p>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
        <dt className="text-soft">{t("finishes")}</dt>
        <dd className="text-right font-medium">
          {forecast?.finishes_at ? (
            <Instant at={forecast.finishes_at} zone={timezone} />
          ) : forecast && !forecast.fits ? (
            t("does_not")
          ) : (
            "—"
          )}
        </dd>
        <dt className="text-soft">{t("messages")}</dt>
        <dd className="text-right font-medium">{preview ? format.number(reachedBy(preview)) : "—"}</dd>
        <dt className="text-soft">{t("cost")}</dt>
        <dd className="text-right font-medium">
          {cost?.is_estimate && "≈ "}
          {cost ? t("cost_segments", { count: cost.segments }) : "—"}
          {cost && cost.amount !== null && <Money cost={cost} />}
        </dd>
      </dl>
      {forecast && forecast.by_zone.length > 0 && <ByZone zones={forecast.by_zone} />}
      <div aria-live="polite" className="flex flex-col gap-2 empty:hidden">
        {forecast && forecast.not_sent > 0 && (
          <Warning>
            {t("not_sent", { count: forecast.not_sent })}
            {suggested && (
              <Button
                className="mt-2 self-start text-ink"
                onClick={() =>
                  setValue("end_datetime", wallTime(new Date(Date.parse(suggested) + 60_000), timezone), {
                    shouldDirty: true,
                  })
                }
              >
                {t("fit", { time: zoned(suggested, timezone) })}
              </Button>
            )}
          </Warning>
        )}
        {night > 0 && <Warning>{t("night", { count: night })}</Warning>}
        {preview?.warnings
          // A user who chose "now" knows that it begins at once.
          .filter(
            ({ code }) => !saidElsewhere.has(code) && !(code === "starts_immediately" && start === "now"),
          )
          .map(({ code, detail }) => (
            <Warning key={code}>{detail}</Warning>
          ))}
      </div>
    </section>
  );
}

const ZONES_MAX = 8;

/** When sending begins in each zone, by the local clock. */
function ByZone({ zones }: { zones: NonNullable<PreviewAnswer["forecast"]>["by_zone"] }) {
  const t = useTranslations("form");
  const format = useFormatter();
  const cityOf = useCity();
  const there = zones.filter(({ count }) => count > 0);
  const shown = there.slice(0, ZONES_MAX);
  return (
    <div className="flex flex-col gap-1">
      <h3 className="font-medium">{t("by_zone")}</h3>
      <ul className="flex flex-col gap-1 text-[0.92rem]">
        {shown.map(({ timezone, count, begins_at: at }) => (
          <li key={timezone} className="flex justify-between gap-x-3">
            <span className="min-w-0">
              {cityOf(timezone)}{" "}
              <span className="text-soft" title={t("recipients", { count })}>
                {format.number(count)}
              </span>
            </span>
            <span className="whitespace-nowrap">
              {at ? t.rich("from_time", { t: () => <Instant at={at} zone={timezone} /> }) : t("never")}
            </span>
          </li>
        ))}
      </ul>
      {there.length > shown.length && (
        <p className="text-soft">{t("more_zones", { count: there.length - shown.length })}</p>
      )}
    </div>
  );
}

function Warning({ children }: { children: React.ReactNode }) {
  return (
    <div className="flex gap-2.5 rounded-md bg-warn-wash px-3 py-2 text-[0.92rem] text-warn">
      <TriangleAlert size={16} className="mt-0.5 shrink-0" aria-hidden />
      <div className="flex flex-col">{children}</div>
    </div>
  );
}
