import { useFormatter, useTranslations } from "next-intl";
import { HISTORY_DAYS, type Status } from "@/lib/contract/health/status";

type Day = Status["components"][number]["history"][number];

const DAY_MS = 86_400_000;
const WIDTH = 4;
const HEIGHT = 22;
/** We draw a shorter fault as degraded: a restart is not an outage. */
const OUTAGE_S = 300;

function lookOf(day: Day | undefined): string {
  if (!day || day.ok_s + day.degraded_s + day.down_s === 0) return "fill-line";
  if (day.down_s >= OUTAGE_S) return "fill-bad";
  return day.down_s + day.degraded_s > 0 ? "fill-warn" : "fill-good";
}

/**
 * The days that are shown, the oldest first (UTC, YYYY-MM-DD).
 * @param at an instant of the last one
 */
export const historyDays = (at: string): string[] =>
  Array.from({ length: HISTORY_DAYS }, (_, index) =>
    new Date(Date.parse(at) - (HISTORY_DAYS - 1 - index) * DAY_MS).toISOString().slice(0, 10),
  );

/** Each dash is a day. They begin anew with each part of a path. */
const dashes = { strokeWidth: HEIGHT, strokeDasharray: `${WIDTH - 1} 1` };

/** A path with a part for each run of days that look alike. */
function runsOf(looks: string[], look: string): string {
  const starts = looks.flatMap((one, index) => (one === look && looks[index - 1] !== look ? [index] : []));
  return starts
    .map((start) => {
      const days = looks.slice(start).findIndex((one) => one !== look);
      return `M${start * WIDTH} ${HEIGHT / 2}h${WIDTH * (days < 0 ? looks.length - start : days)}`;
    })
    .join("");
}

/**
 * One bar a day, oldest first, rendered on the server. The label has the figures; the bar of a day
 * with faults has a tooltip. Days without faults share two elements: 90 for each component made the
 * page slow.
 */
export function HistoryBars({ history, days }: { history: Day[]; days: string[] }) {
  const t = useTranslations("status_page");
  const format = useFormatter();
  const byDate = new Map(history.map((day) => [day.date, day]));
  const sum = (key: "ok_s" | "degraded_s" | "down_s") => history.reduce((total, day) => total + day[key], 0);
  const watchedS = sum("ok_s") + sum("degraded_s") + sum("down_s");
  // Round down: 100 % must mean all of the time.
  const share = watchedS === 0 ? null : Math.floor((sum("ok_s") / watchedS) * 1_000) / 1_000;
  const text =
    share === null
      ? t("not_watched")
      : t("uptime", { share: format.number(share, { style: "percent", maximumFractionDigits: 1 }) });
  const minutes = (seconds: number) => Math.ceil(seconds / 60);
  const titleOf = (date: string, day: Day) =>
    t("day_bad", {
      date: format.dateTime(new Date(date), { dateStyle: "medium", timeZone: "UTC" }),
      down: minutes(day.down_s),
      degraded: minutes(day.degraded_s),
    });
  const looksOf = days.map((date) => lookOf(byDate.get(date)));
  return (
    <div className="col-span-2 mt-2">
      <svg
        role="img"
        aria-label={`${t("history")}: ${text}`}
        viewBox={`0 0 ${WIDTH * HISTORY_DAYS} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="h-5.5 w-full"
      >
        <path className="stroke-line" d={`M0 ${HEIGHT / 2}h${WIDTH * HISTORY_DAYS}`} {...dashes} />
        <path className="stroke-good" d={runsOf(looksOf, "fill-good")} {...dashes} />
        {days.map((date, index) => {
          const day = byDate.get(date);
          if (!day || looksOf[index] === "fill-line" || looksOf[index] === "fill-good") return null;
          return (
            <rect
              key={date}
              x={index * WIDTH}
              width={WIDTH - 1}
              height={HEIGHT}
              rx={0.6}
              className={looksOf[index]}
            >
              <title>{titleOf(date, day)}</title>
            </rect>
          );
        })}
      </svg>
      <p className="mt-1 flex justify-between gap-2 text-soft text-xs" aria-hidden>
        <span>{t("days_ago", { days: HISTORY_DAYS })}</span>
        <span>{text}</span>
        <span>{t("today")}</span>
      </p>
    </div>
  );
}
