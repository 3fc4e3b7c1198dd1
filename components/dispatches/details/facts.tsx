"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { AudienceLine } from "@/components/dispatches/audience-line";
import Money from "@/components/dispatches/money";
import { useTimeUntil } from "@/components/dispatches/waits";
import { useMay } from "@/components/shell/me";
import { Button, ButtonLink } from "@/components/ui/button";
import { useDays } from "@/components/ui/hours-fields";
import { Instant } from "@/components/ui/use-zoned";
import type { CostAnswer } from "@/lib/contract/dispatches/cost";
import type { Dispatch } from "@/lib/contract/dispatches/dispatch";
import type { PreviewAnswer } from "@/lib/contract/dispatches/preview";
import { isFinished } from "@/lib/domain/lifecycle";
import { segmentsOf } from "@/lib/domain/text/segments";
import { quietHoursQuery } from "@/lib/web/queries";

const MarkedText = dynamic(() => import("@/components/dispatches/marked-text"));
// It brings a calendar of its own, and most dispatches have no hours.
const ClosedHours = dynamic(() => import("./closed-hours"), { ssr: false });

interface FactsProps {
  /** The dispatch, with figures from the same reading as the rest of the screen. */
  dispatch: Dispatch;
  /** The preview of a dispatch that has not begun; undefined while it is loading. */
  preview: PreviewAnswer | undefined;
}

interface CostProps {
  /** The cost forecast, or of what was sent; null: unknown. Undefined while the request runs. */
  cost: CostAnswer | null | undefined;
}

/** The facts of a dispatch in every state: text, audience, schedule and cost. */
export function Facts({ dispatch, preview, cost }: FactsProps & CostProps) {
  return (
    <div className="flex flex-col divide-y divide-line rounded-card border border-line bg-surface shadow-card">
      <Text dispatch={dispatch} />
      <Audience dispatch={dispatch} preview={preview} />
      <Schedule dispatch={dispatch} />
      <Cost dispatch={dispatch} cost={cost} />
    </div>
  );
}

function Fact({
  id,
  title,
  aside,
  children,
}: {
  id: string;
  title: string;
  aside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section aria-labelledby={id} className="flex flex-col gap-2 px-4 py-3.5">
      <div className="flex items-baseline justify-between gap-3">
        <h2 id={id} className="text-[0.92rem] text-soft">
          {title}
        </h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** The text as a phone shows it. A long text can be unfolded. */
function Text({ dispatch: { message_text: text, personal, sender } }: Pick<FactsProps, "dispatch">) {
  const t = useTranslations("dispatch");
  const bubble = useRef<HTMLParagraphElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const { current } = bubble;
    if (!current) return;
    const observer = new ResizeObserver(() => setLong(current.scrollHeight > current.clientHeight + 2));
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return (
    <Fact
      id="text"
      title={t("text")}
      aside={sender && <span className="text-soft">{t("sender", { name: sender })}</span>}
    >
      <div className="w-fit max-w-full rounded-2xl rounded-bl-sm bg-accent-wash px-3.5 py-2.5 leading-snug">
        <p ref={bubble} className={`whitespace-pre-wrap break-words ${isOpen ? "" : "line-clamp-8"}`}>
          {personal ? <MarkedText text={text} /> : text}
        </p>
      </div>
      {(isLong || isOpen) && (
        <Button
          variant="quiet"
          className="-ml-2 self-start"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {t(isOpen ? "less_text" : "whole_text")}
        </Button>
      )}
    </Fact>
  );
}

function Audience({ dispatch, preview }: FactsProps) {
  const t = useTranslations("dispatch");
  const form = useTranslations("form");
  const mayRead = useMay("audience:read");
  const { status, progress } = dispatch;
  const isBefore = status === "scheduled";
  const count = isBefore ? preview?.audience.total : (progress.audience ?? undefined);
  const href = peopleHref(dispatch);
  return (
    <Fact id="audience" title={form("audience")}>
      <p className="flex min-h-7 flex-wrap items-baseline gap-x-2">
        <span className="font-semibold text-lg">
          {count === undefined ? "…" : t("recipients", { count })}
        </span>
        {isBefore && preview?.audience.is_estimate && <span className="text-soft">{t("estimate")}</span>}
      </p>
      <AudienceLine dispatch={dispatch} />
      <ul className="flex flex-col gap-0.5 text-[0.92rem] text-soft empty:hidden">
        {isBefore
          ? preview?.audience.excluded.map(({ reason, count }) => (
              <li key={reason}>{form(`excluded.${reason}`, { count })}</li>
            ))
          : progress.skipped > 0 && (
              <li>{t(dispatch.personal ? "skipped_personal" : "skipped", { count: progress.skipped })}</li>
            )}
        {isBefore &&
          preview?.personal?.skipped
            .filter(({ count }) => count > 0)
            .map(({ reason, count }) => (
              <li key={reason}>{form(`personal.skipped.${reason}`, { count })}</li>
            ))}
      </ul>
      {mayRead && href && (
        <ButtonLink variant="quiet" className="-ml-2 self-start" href={href}>
          {t("people")}
        </ButtonLink>
      )}
    </Fact>
  );
}

/** A link to the recipients of plain filters. The list of recipients has no other filters. */
function peopleHref({
  audience,
  filter_tag,
  filter_mobile_operator_code: operator,
}: Dispatch): string | null {
  if (audience) return null;
  const params = new URLSearchParams({
    ...(operator && { operator }),
    ...(filter_tag && { tag: filter_tag }),
  });
  return `/audience${params.size > 0 ? `?${params}` : ""}`;
}

/** The window as a strip, with a mark at the present time. */
function Schedule({ dispatch }: Pick<FactsProps, "dispatch">) {
  const t = useTranslations("dispatch");
  const form = useTranslations("form");
  const daysOf = useDays();
  const { start_datetime: start, end_datetime: end, timezone, status, started_at, finished_at } = dispatch;
  const { local_time: hours, hours: kept } = dispatch;
  const { data: setting } = useQuery(quietHoursQuery);
  // Those of today say nothing of a dispatch that is over.
  const quiet =
    setting?.enabled && !dispatch.ignore_quiet_hours && !isFinished(status) && !finished_at ? setting : null;
  const [from, to] = [Date.parse(start), Date.parse(end)];
  const [now, setNow] = useState<number>();
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 20_000);
    return () => clearInterval(timer);
  }, []);
  const share = (at: number) => `${100 * Math.min(1, Math.max(0, (at - from) / Math.max(1, to - from)))}%`;
  const last = finished_at ? Date.parse(finished_at) : now;
  const begun = started_at ? Date.parse(started_at) : null;
  const minutes = Math.round((to - from) / 60_000);
  return (
    <Fact
      id="schedule"
      title={form("window")}
      aside={
        <span className="text-soft">
          {t("length", { total: minutes, hours: Math.floor(minutes / 60), minutes: minutes % 60 })}
        </span>
      }
    >
      <div aria-hidden className="relative h-2 overflow-hidden rounded-full bg-raised">
        {begun !== null && last !== undefined && (
          <span
            className={`absolute inset-y-0 min-w-1 ${status === "paused" ? "bg-warn" : "bg-accent"}`}
            style={{ left: share(begun), width: `calc(${share(last)} - ${share(begun)})` }}
          />
        )}
        {(hours || quiet) && (
          <ClosedHours local={hours} quiet={quiet} timezone={timezone} from={from} to={to} />
        )}
      </div>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
        <dt className="text-soft">{form("start")}</dt>
        <dd className="text-right">
          <Instant at={start} zone={timezone} />
        </dd>
        <dt className="text-soft">{form("end")}</dt>
        <dd className="text-right">
          <Instant at={end} zone={timezone} />
        </dd>
        {finished_at && (
          <>
            <dt className="text-soft">{t("finished")}</dt>
            <dd className="text-right">
              <Instant at={finished_at} zone={timezone} />
            </dd>
          </>
        )}
      </dl>
      {hours && (
        <p className="text-[0.92rem] text-soft">
          {t("own_time", { from: hours.from, to: hours.to, days: daysOf(hours.days) })}
        </p>
      )}
      {quiet && (
        <p className="text-[0.92rem] text-soft">{form("quiet_hours", { from: quiet.from, to: quiet.to })}</p>
      )}
      {kept && kept.written > 0 && (
        <p className={`text-[0.92rem] ${kept.outside > 0 ? "text-warn" : "text-soft"}`}>
          {t("hours_kept", kept)}
        </p>
      )}
      {dispatch.ignore_quiet_hours && <p className="text-[0.92rem] text-soft">{t("ignores_quiet_hours")}</p>}
    </Fact>
  );
}

/** The number of SMS segments, which are what one pays for, and their cost in money. */
function Cost({ dispatch, cost }: Pick<FactsProps, "dispatch"> & CostProps) {
  const t = useTranslations("dispatch");
  const form = useTranslations("form");
  const { message_text, personal, max_segments, status } = dispatch;
  const { segments, encoding } = segmentsOf(message_text);
  return (
    <Fact id="cost" title={form("cost")}>
      {cost !== null && (
        <p className="font-semibold text-lg">
          {cost?.is_estimate && "≈ "}
          {cost ? form("cost_segments", { count: cost.segments }) : "…"}
        </p>
      )}
      {cost && <Money cost={cost} isWhole />}
      <p className="text-[0.92rem] text-soft">
        {personal ? form("personal.depends") : form("segments", { segments, encoding })}
        {max_segments !== null && <> · {form("personal.at_most", { segments: max_segments })}</>}
        {(status === "running" || status === "paused") && <> · {t("cost_so_far")}</>}
      </p>
    </Fact>
  );
}

/** The time until the start, or until the end. */
export function Countdown({
  dispatch: { status, start_datetime, end_datetime },
}: Pick<FactsProps, "dispatch">) {
  const t = useTranslations("dispatch");
  const isBefore = status === "scheduled";
  const until = useTimeUntil(isBefore ? start_datetime : end_datetime);
  if (isFinished(status)) return null;
  return (
    until && (
      <span className="whitespace-nowrap text-soft xl:order-last">
        {t(isBefore ? "starts" : "closes", { until })}
      </span>
    )
  );
}
