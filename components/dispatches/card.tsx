"use client";

import { useFormatter, useTranslations } from "next-intl";
import { memo } from "react";
import { Link } from "@/components/ui/link";
import { Instant, useTimed, useViewerZone } from "@/components/ui/use-zoned";
import type { Dispatch } from "@/lib/contract/dispatches/dispatch";
import { DispatchActions } from "./actions";
import { AudienceText } from "./audience-text";
import { DeliveredShare } from "./delivered-share";
import { shownRate, triedOf } from "./outcomes";
import { OutcomeLegend, ProgressStrip } from "./progress";
import { StatusBadge } from "./status-badge";
import { useAuthor } from "./use-author";
import { useRate } from "./use-rate";
import { TimeUntil, Waits } from "./waits";

const hasTrouble = ({ failed, unknown, undelivered, deferred }: Dispatch["progress"]) =>
  failed + unknown + undelivered + deferred > 0;

const CardTitle = memo(function CardTitle({ id, text }: { id: string; text: string }) {
  return (
    <h3 id={`d-${id}`} className="line-clamp-2 font-medium leading-snug">
      <Link href={`/dispatches/${id}`} className="after:absolute after:inset-0 hover:underline">
        {text}
      </Link>
    </h3>
  );
});

/** A dispatch on the board. React redraws it only when the dispatch has changed. */
/** Warnings that say that people get nothing. */
const graveCodes = new Set(["audience_empty", "hours_never", "will_not_fit"]);

export const DispatchCard = memo(function DispatchCard({ dispatch }: { dispatch: Dispatch }) {
  const t = useTranslations("card");
  const format = useFormatter();
  const timed = useTimed();
  const zone = useViewerZone() ?? dispatch.timezone;
  const { status, progress } = dispatch;
  const author = useAuthor()(dispatch.author);
  const title = dispatch.name ?? dispatch.message_text;
  const total = progress.audience ?? 0;
  const grave = dispatch.warnings.find(({ code }) => graveCodes.has(code));
  const { perSecond, leftS } = useRate(dispatch);
  return (
    <article
      aria-labelledby={`d-${dispatch.id}`}
      className="relative flex flex-col gap-2.5 rounded-card border border-line bg-surface p-3.5 shadow-card"
    >
      <div className="flex items-start justify-between gap-2">
        <CardTitle id={dispatch.id} text={title} />
        <div className="relative z-10 -mt-1 -mr-1.5 shrink-0">
          <DispatchActions dispatch={dispatch} />
        </div>
      </div>
      <p className="flex min-w-0 justify-between gap-3 text-[0.9rem] text-soft">
        <span className="truncate">
          <AudienceText dispatch={dispatch} />
        </span>
        {dispatch.author !== null && (
          // The name alone of an e-mail address is enough here.
          <span className="max-w-[45%] shrink-0 truncate" title={author}>
            {author.replace(/@.*/, "")}
          </span>
        )}
      </p>
      {status === "scheduled" ? (
        <p className="flex flex-wrap justify-between gap-x-3 text-[0.9rem] text-soft">
          <span>{t.rich("starts", timed(dispatch.start_datetime, zone))}</span>
          <TimeUntil instant={dispatch.start_datetime} />
        </p>
      ) : (
        <>
          <ProgressStrip progress={progress} total={total} name={title.slice(0, 60)} />
          <div className="flex flex-wrap items-baseline justify-between gap-x-3 text-[0.9rem]">
            <span>
              <strong className="font-semibold">{format.number(triedOf(progress))}</strong>
              <span className="text-soft"> / {progress.audience === null ? "…" : format.number(total)}</span>
            </span>
            {status === "running" ? (
              <span className="text-soft">
                {perSecond === null
                  ? t("measuring")
                  : t("rate", { rate: format.number(shownRate(perSecond)) })}
                {leftS !== null && <> · {t("left", { minutes: Math.ceil(leftS / 60) })}</>}
              </span>
            ) : (
              <DeliveredShare progress={progress} />
            )}
          </div>
          {status !== "running" && (
            <div className="flex flex-wrap items-baseline justify-between gap-x-3 text-[0.9rem]">
              <StatusBadge status={status} />
              <span className="text-soft">
                <Instant at={dispatch.finished_at ?? dispatch.start_datetime} zone={zone} />
              </span>
            </div>
          )}
          {(status === "running" || hasTrouble(progress)) && (
            // While it runs, this line keeps its height: changing outcomes must not move the cards
            // below.
            <div className="min-h-[1.35rem]">
              {hasTrouble(progress) && (
                <OutcomeLegend
                  progress={{
                    ...progress,
                    delivered: 0,
                    sent: 0,
                    sending: 0,
                    skipped: 0,
                    expired: 0,
                    cancelled: 0,
                  }}
                />
              )}
            </div>
          )}
        </>
      )}
      <Waits waits={dispatch.waits} timezone={zone} />
      {grave && status === "scheduled" && <p className="text-[0.9rem] text-warn">{grave.detail}</p>}
    </article>
  );
});
