import { useFormatter, useTranslations } from "next-intl";
import { triedOf } from "@/components/dispatches/outcomes";
import { Link } from "@/components/ui/link";
import type { Overview } from "@/lib/contract/health/overview";

/** The dispatches that the fault holds up. The one whose window closes first comes first. */
export function Affected({
  running,
  time,
}: {
  running: Overview["running"];
  /** Formats an instant. */
  time: (iso: string) => string;
}) {
  const t = useTranslations("status_page");
  const format = useFormatter();
  if (running.length === 0) return null;
  return (
    <section aria-labelledby="affected" className="flex flex-col gap-2.5">
      <h2 id="affected">{t("affected")}</h2>
      <ul className="divide-y divide-line rounded-card border border-line bg-surface">
        {running.map(({ id, text, progress, end_datetime: end, not_sent: notSent }) => {
          const waiting = progress.audience === null ? null : progress.audience - triedOf(progress);
          return (
            <li
              key={id}
              className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-0.5 px-4 py-2.5"
            >
              <Link
                href={`/dispatches/${id}`}
                prefetch={false}
                className="wrap-anywhere min-w-0 font-medium hover:underline"
              >
                {text}
              </Link>
              <span className="text-soft">
                {waiting !== null && `${t("waiting", { count: waiting })} · `}
                <span className={notSent ? "font-medium text-bad" : "text-warn"}>
                  {notSent
                    ? t("will_miss", { time: time(end), count: format.number(notSent) })
                    : t("closes", { time: time(end) })}
                </span>
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
