"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useFormatter, useTranslations } from "next-intl";
import { useEffect, useLayoutEffect, useMemo } from "react";
import { useMay } from "@/components/shell/me";
import { ButtonLink } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { Instant, useCity } from "@/components/ui/use-zoned";
import type { Dispatch } from "@/lib/contract/dispatches/dispatch";
import { isFinished } from "@/lib/domain/lifecycle";
import { dispatchQuery, previewQuery, timelineQuery } from "@/lib/web/queries";
import { CancelDialogs } from "./cancel-dialog";
import { useDeliveredShare } from "./delivered-share";
import { Countdown, Facts } from "./details/facts";
import { Failures } from "./details/failures";
import { canWriteToUnreached, HeaderActions, unreachedHref } from "./details/header-actions";
import { Outlook } from "./details/outlook";
import { bodyOf, draftOf } from "./form/draft";
import { Lanes } from "./lanes";
import { Messages } from "./messages";
import { shownRate, triedOf } from "./outcomes";
import { OutcomeLegend, ProgressStrip } from "./progress";
import { StatusBadge } from "./status-badge";
import { useRate } from "./use-rate";
import { Waits } from "./waits";

const RateChart = dynamic(() => import("./rate-chart"), {
  ssr: false,
  loading: () => <Skeleton className="absolute inset-3" />,
});

const DeliveredChart = dynamic(() => import("./delivered-chart"), {
  ssr: false,
  loading: () => <Skeleton className="h-44" />,
});

export function DispatchScreen({ id }: { id: string }) {
  const t = useTranslations("dispatch");
  const { data: dispatch } = useQuery(dispatchQuery(id));
  if (!dispatch) return <Skeleton className="h-64" aria-label={t("title")} />;
  return <DispatchDetails dispatch={dispatch} />;
}

function DispatchDetails({ dispatch }: { dispatch: Dispatch }) {
  const t = useTranslations("dispatch");
  const actor = useTranslations("actor");
  const format = useFormatter();
  const cityOf = useCity();
  const { id, status } = dispatch;
  const mayWrite = useMay("dispatches:write");
  const { data: timeline, refetch } = useQuery(timelineQuery(id));
  // The figures and the lanes come from the same reading, so that they add up.
  const { progress, waits } = timeline?.dispatch ?? dispatch;
  const total = progress.audience ?? 0;
  const tried = triedOf(progress);
  const delivered = useDeliveredShare(progress);
  const { perSecond, leftS } = useRate({ id, status, progress, waits });
  useTabTitle(dispatch.name ?? dispatch.message_text, status, tried, total);
  const isBehind = timeline !== undefined && timeline.dispatch.status !== status;
  useEffect(() => {
    if (isBehind) void refetch();
  }, [isBehind, refetch]);
  const preview = useQuery({
    ...previewQuery(
      useMemo(() => bodyOf(draftOf(dispatch), new Date(), dispatch), [dispatch]),
      id,
    ),
    enabled: status === "scheduled",
    refetchInterval: 30_000,
    placeholderData: (last) => last,
  });
  const shown = timeline?.dispatch ?? dispatch;
  // The outlook says who would not be reached.
  const warnings = dispatch.warnings.filter(({ code }) => code !== "will_not_fit" || !preview.data?.forecast);
  const isStalled = status === "running" && waits.some(({ code }) => code === "breaker");
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-3">
        <div className="flex min-w-0 flex-[1_1_20rem] flex-col gap-1.5">
          <h1 className={`break-words text-xl ${dispatch.name ? "line-clamp-2" : "line-clamp-1"}`}>
            {dispatch.name ?? dispatch.message_text}
          </h1>
          <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <StatusBadge status={status} />
            <Countdown dispatch={dispatch} />
            {/* On narrow screens it has its own line, so that nothing moves when the remaining time
                appears. */}
            <span className="basis-full text-soft max-[350px]:min-h-10 xl:basis-auto">
              {/* All times of this screen are in the dispatch's zone. This line names it. */}
              <Instant at={dispatch.start_datetime} zone={dispatch.timezone} /> →{" "}
              <Instant at={dispatch.end_datetime} zone={dispatch.timezone} /> · {cityOf(dispatch.timezone)}
            </span>
          </p>
        </div>
        <CancelDialogs>
          <HeaderActions dispatch={dispatch} />
        </CancelDialogs>
      </div>
      {warnings.length > 0 && status === "scheduled" && (
        <ul className="flex flex-col gap-1 rounded-card bg-warn-wash px-4 py-2.5 text-warn">
          {warnings.map(({ code, detail }) => (
            <li key={code}>{detail}</li>
          ))}
        </ul>
      )}
      {/* On a phone the progress comes first, then the facts, then the messages. */}
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 lg:grid-cols-[20rem_minmax(0,1fr)] lg:grid-rows-[auto_1fr]">
        <div className="flex flex-col gap-5 lg:col-start-2">
          {status === "scheduled" ? (
            <>
              <Outlook preview={preview.data} timezone={dispatch.timezone} />
              <Waits waits={waits} timezone={dispatch.timezone} />
            </>
          ) : (
            <section
              aria-label={t("progress")}
              className="flex flex-col gap-3 rounded-card border border-line bg-surface p-4 shadow-card md:p-5"
            >
              <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
                <p>
                  <strong className="font-semibold text-2xl tracking-tight">{format.number(tried)}</strong>
                  <span className="text-soft">
                    {" "}
                    / {progress.audience === null ? "…" : t("recipients", { count: total })}
                  </span>
                </p>
                {isFinished(status) && delivered !== null && (
                  <p>
                    <span className="font-semibold text-2xl tracking-tight">{delivered}</span>{" "}
                    <span className="text-soft">{t("delivered")}</span>
                  </p>
                )}
                {isStalled && <p className="font-medium text-warn">{t("stalled")}</p>}
                {status === "running" && !isStalled && (
                  <p className="min-h-6 text-soft max-sm:basis-full">
                    {perSecond === null
                      ? t("measuring")
                      : t("rate", { rate: format.number(shownRate(perSecond)) })}
                    {leftS !== null && <> · {t("left", { minutes: Math.ceil(leftS / 60) })}</>}
                  </p>
                )}
              </div>
              <ProgressStrip progress={progress} total={total} size="h-2.5" />
              <OutcomeLegend progress={progress} />
              <Waits waits={waits} timezone={dispatch.timezone} />
              {progress.unknown > 0 && <p className="text-[0.92rem] text-soft">{t("unknown_explain")}</p>}
              {canWriteToUnreached(shown) && mayWrite && (
                <ButtonLink className="self-start" href={unreachedHref(id)}>
                  {t("unreached")}
                </ButtonLink>
              )}
            </section>
          )}
          {timeline && timeline.delivered.length > 0 && isFinished(status) && (
            <section aria-labelledby="delivered" className="flex flex-col gap-3">
              <h2 id="delivered">{t("delivered_over_time")}</h2>
              <div className="rounded-card border border-line bg-surface p-3">
                <DeliveredChart timeline={timeline} timezone={dispatch.timezone} />
              </div>
            </section>
          )}
          {timeline && timeline.lanes.length > 0 && (
            <div className="grid grid-cols-[minmax(0,1fr)] gap-5 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
              <Lanes lanes={timeline.lanes} isOver={isFinished(status)} />
              <section aria-labelledby="rate" className="flex flex-col gap-3">
                <h2 id="rate">{t("rate_over_time")}</h2>
                {/* As high as the operators beside it. */}
                <div className="relative h-50 rounded-card border border-line bg-surface xl:h-auto xl:max-h-96 xl:min-h-50 xl:flex-1">
                  {timeline.rate.length > 0 ? (
                    <RateChart timeline={timeline} timezone={dispatch.timezone} />
                  ) : (
                    <p className="absolute inset-3 grid place-items-center text-soft">{t("no_rate")}</p>
                  )}
                </div>
              </section>
            </div>
          )}
        </div>
        <div className="flex flex-col gap-5 lg:col-start-1 lg:row-span-2 lg:row-start-1">
          <Facts
            dispatch={shown}
            preview={preview.data}
            cost={status === "scheduled" ? preview.data?.cost : timeline?.cost}
          />
          <section aria-labelledby="events" className="flex flex-col gap-3 px-1">
            <h2 id="events">{t("history")}</h2>
            <ol className="flex flex-col gap-2.5 border-line border-l pl-4">
              {timeline?.events.map((event) => (
                <li key={`${event.at} ${event.action}`} className="flex flex-col">
                  <span className="font-medium">{event.detail}</span>
                  <span className="text-[0.9rem] text-soft">
                    <Instant at={event.at} zone={dispatch.timezone} /> ·{" "}
                    {actor.has(event.actor) ? actor(event.actor) : event.actor}
                  </span>
                </li>
              ))}
            </ol>
          </section>
        </div>
        {dispatch.started_at && (
          <div className="flex flex-col gap-5 lg:col-start-2">
            {timeline && timeline.failures.length > 0 && <Failures failures={timeline.failures} />}
            <Messages dispatch={dispatch} />
          </div>
        )}
      </div>
    </div>
  );
}

/** Shows progress in the title of the tab: `42% · Running · Sale today`. */
function useTabTitle(text: string, status: Dispatch["status"], tried: number, total: number): void {
  const t = useTranslations("status");
  const format = useFormatter();
  const share =
    total > 0 && status !== "scheduled"
      ? `${format.number(Math.floor((100 * tried) / total) / 100, { style: "percent" })} · `
      : "";
  const title = `${share}${t(status)} · ${text.slice(0, 40)} · Carillon`;
  // Use the layout phase: an observer that outlived this page would overwrite the next page's
  // title.
  useLayoutEffect(() => {
    document.title = title;
    // After a navigation, Next sets the page's own title a moment later.
    const observer = new MutationObserver(() => {
      if (document.title !== title) document.title = title;
    });
    observer.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => observer.disconnect();
  }, [title]);
}
