"use client";

import { useQuery } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { shownRate, triedOf } from "@/components/dispatches/outcomes";
import { ProgressStrip } from "@/components/dispatches/progress";
import { StatusBadge } from "@/components/dispatches/status-badge";
import { Waits } from "@/components/dispatches/waits";
import { useMay } from "@/components/shell/me";
import { ButtonLink } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { Skeleton } from "@/components/ui/skeleton";
import { useReason } from "@/components/ui/use-reason";
import { useTimed, useViewerZone, useZoned, ZoneNote } from "@/components/ui/use-zoned";
import type { Overview } from "@/lib/contract/health/overview";
import { overviewQuery } from "@/lib/web/queries";
import { FirstSteps } from "./first-steps";
import { Timeline24 } from "./timeline-24";

/**
 * The overview: what runs, what comes next, what happened today, and what needs attention. Before
 * the first dispatch it shows the steps to it.
 */
export function OverviewScreen() {
  const t = useTranslations("overview");
  // The server paints a first visit in UTC. "Today" is the viewer's day once we know their zone.
  const timezone = useViewerZone() ?? "UTC";
  const mayWrite = useMay("dispatches:write");
  const { data } = useQuery({ ...overviewQuery(timezone), placeholderData: (last) => last });
  return (
    <div className="flex flex-col gap-7">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div className="flex flex-wrap items-baseline gap-x-4">
          <h1>{t("title")}</h1>
          <ZoneNote />
        </div>
        {mayWrite && !data?.first_steps && (
          <div className="md:hidden">
            <ButtonLink href="/dispatches/new" variant="primary">
              {t("new")}
            </ButtonLink>
          </div>
        )}
      </div>
      {!data && <Skeleton className="h-96" />}
      {data && data.attention.length > 0 && <Attention overview={data} timezone={timezone} />}
      {data &&
        (data.first_steps ? (
          <FirstSteps steps={data.first_steps} />
        ) : (
          <Figures overview={data} timezone={timezone} />
        ))}
    </div>
  );
}

function Attention({ overview, timezone }: { overview: Overview; timezone: string }) {
  const t = useTranslations("overview");
  const reason = useReason();
  const clock = useZoned();
  const texts = new Map([...overview.upcoming, ...overview.running].map(({ id, text }) => [id, text]));
  return (
    <section
      aria-labelledby="attention"
      className="flex flex-col gap-2 rounded-card bg-warn-wash px-4 py-3 text-warn"
    >
      <h2 id="attention" className="flex items-center gap-2">
        <TriangleAlert size={16} aria-hidden />
        {t("attention")}
      </h2>
      <ul className="flex flex-col gap-1.5">
        {overview.attention.map(({ code, dispatch_id: id, detail, refusal }) => (
          <li
            key={`${code} ${id} ${refusal?.gateway} ${refusal?.reason}`}
            className="flex flex-wrap items-baseline gap-x-3"
          >
            <span className="min-w-0 [overflow-wrap:anywhere]">
              {id && texts.has(id) && <strong className="font-medium">{texts.get(id)} · </strong>}
              {refusal
                ? t("refusal", {
                    ...refusal,
                    reason: reason(refusal.reason),
                    until: refusal.until ? clock(refusal.until, timezone) : "",
                    next: refusal.until ? "known" : "none",
                  })
                : detail}
            </span>
            {id && (
              <Link href={`/dispatches/${id}`} className="py-0.5 font-medium underline underline-offset-4">
                {t(`mend.${code}`)}
              </Link>
            )}
            {code === "sweep_late" && (
              <Link href="/status" className="py-0.5 font-medium underline underline-offset-4">
                {t("mend.sweep_late")}
              </Link>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Figures({ overview, timezone }: { overview: Overview; timezone: string }) {
  const t = useTranslations("overview");
  const format = useFormatter();
  const { today, running, last, upcoming, operators } = overview;
  const figures = [
    ["accepted", today.accepted, ""],
    ["delivered", today.delivered, "text-good"],
    ["failed", today.failed + today.undelivered, "text-bad"],
    ["unknown", today.unknown, "text-unsure"],
  ] as const;
  return (
    <>
      <section aria-labelledby="today" className="flex flex-col gap-3">
        <h2 id="today">{t("today")}</h2>
        <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-card border border-line bg-line md:grid-cols-4">
          {figures.map(([key, value, color]) => (
            <div key={key} className="flex flex-col-reverse bg-surface px-4 py-3.5">
              <dt className="text-soft">{t(key)}</dt>
              <dd
                className={`font-semibold text-[1.7rem] tracking-tight leading-tight ${value > 0 ? color : ""}`}
              >
                {format.number(value)}
              </dd>
            </div>
          ))}
        </dl>
      </section>
      <div className="grid items-start gap-7 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <section aria-labelledby="running" className="flex min-w-0 flex-col gap-3">
          <h2 id="running">{t("running")}</h2>
          {running.length > 0 ? (
            <ul className="divide-y divide-line rounded-card border border-line bg-surface">
              {running.map((dispatch) => (
                <Running key={dispatch.id} dispatch={dispatch} timezone={timezone} />
              ))}
            </ul>
          ) : (
            <Idle next={upcoming[0]} last={last} timezone={timezone} />
          )}
        </section>
        <section aria-labelledby="operators" className="flex min-w-0 flex-col gap-3">
          <h2 id="operators">{t("operators")}</h2>
          <ul className="divide-y divide-line rounded-card border border-line bg-surface">
            {operators.map(({ id, name, rate_per_second: rate, in_use: used }) => (
              <li key={id} className="flex flex-col gap-1.5 px-4 py-2.5">
                <div className="flex justify-between gap-3">
                  <span className="wrap-anywhere min-w-0">{name}</span>
                  <span className="shrink-0 text-soft">
                    {rate === null
                      ? t("use_unlimited", { used: format.number(shownRate(used)) })
                      : t("use", { used: format.number(shownRate(used)), rate: format.number(rate) })}
                  </span>
                </div>
                {rate !== null && (
                  <span className="h-1 rounded-full bg-raised" aria-hidden>
                    <span
                      className="block h-full rounded-full bg-accent"
                      style={{ width: `${Math.min(100, (100 * used) / rate)}%` }}
                    />
                  </span>
                )}
              </li>
            ))}
            {operators.length === 0 && (
              <li className="px-4 py-6 text-center text-soft">{t("no_operators")}</li>
            )}
          </ul>
        </section>
      </div>
      <section aria-labelledby="next" className="flex flex-col gap-3">
        <h2 id="next">{t("next")}</h2>
        <Timeline24 dispatches={[...running, ...upcoming]} timezone={timezone} />
      </section>
    </>
  );
}

/** When nothing runs: the next dispatches and the last one. */
function Idle({
  next,
  last,
  timezone,
}: {
  next: Overview["upcoming"][number] | undefined;
  last: Overview["last"];
  timezone: string;
}) {
  const t = useTranslations("overview");
  const card = useTranslations("card");
  const timed = useTimed();
  if (!next && !last)
    return (
      <p className="rounded-card border border-line border-dashed px-4 py-8 text-center text-soft">
        {t("none_running")}
      </p>
    );
  return (
    <div className="divide-y divide-line rounded-card border border-line bg-surface">
      <p className="px-4 py-2.5 text-soft">{t("none_running")}</p>
      <ul className="divide-y divide-line">
        {next && (
          <Row dispatch={next} aside={<StatusBadge status={next.status} />}>
            <p className="text-[0.9rem] text-soft">
              {card.rich("starts", timed(next.start_datetime, timezone))}
            </p>
          </Row>
        )}
        {last && (
          <Row dispatch={last} aside={<StatusBadge status={last.status} />}>
            <ProgressStrip progress={last.progress} total={last.progress.audience ?? 0} name={last.text} />
            <Tried progress={last.progress} />
          </Row>
        )}
      </ul>
    </div>
  );
}

function Running({ dispatch, timezone }: { dispatch: Overview["running"][number]; timezone: string }) {
  const t = useTranslations("overview");
  const status = useTranslations("status");
  const format = useFormatter();
  const timed = useTimed();
  const { progress, rate, finishes_at: finishes } = dispatch;
  return (
    <Row
      dispatch={dispatch}
      aside={
        <span className="whitespace-nowrap text-soft">
          {dispatch.status === "paused"
            ? status("paused")
            : t("rate", { rate: format.number(shownRate(rate)) })}
        </span>
      }
    >
      <ProgressStrip progress={progress} total={progress.audience ?? 0} name={dispatch.text} />
      <Tried progress={progress}>
        <span>
          {dispatch.is_stalled && <strong className="font-medium text-warn">{t("stalled")} · </strong>}
          {finishes
            ? t.rich("finishes", timed(finishes, timezone))
            : t.rich("ends", timed(dispatch.end_datetime, timezone))}
        </span>
      </Tried>
      <Waits waits={dispatch.waits} timezone={timezone} />
    </Row>
  );
}

function Row({
  dispatch,
  aside,
  children,
}: {
  dispatch: { id: string; text: string };
  aside: ReactNode;
  children: ReactNode;
}) {
  return (
    <li className="flex flex-col gap-2 px-4 py-3">
      <div className="flex items-center justify-between gap-4">
        <Link href={`/dispatches/${dispatch.id}`} className="truncate font-medium hover:underline">
          {dispatch.text}
        </Link>
        {aside}
      </div>
      {children}
    </li>
  );
}

/** How many recipients were tried, of how many. */
function Tried({
  progress,
  children,
}: {
  progress: Overview["running"][number]["progress"];
  children?: ReactNode;
}) {
  const format = useFormatter();
  return (
    <p className="flex flex-wrap justify-between gap-x-3 text-[0.9rem] text-soft">
      <span className="whitespace-nowrap">
        {format.number(triedOf(progress))} /{" "}
        {progress.audience === null ? "…" : format.number(progress.audience)}
      </span>
      {children}
    </p>
  );
}
