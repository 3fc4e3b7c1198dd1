import Link from "next/link";
import { useFormatter, useTranslations } from "next-intl";
import type { Status } from "@/lib/contract/health/status";

/**
 * What is running, and the oldest work that waits. Texts of messages are nobody's business here.
 */
export function WorkList({ status, time }: { status: Status; time: (iso: string) => string }) {
  const t = useTranslations("status_page");
  const format = useFormatter();
  const figures = [
    { label: t("running"), value: status.running === null ? "—" : format.number(status.running) },
    {
      label: t("oldest"),
      value:
        status.running === null
          ? "—"
          : status.oldest_waiting_since
            ? time(status.oldest_waiting_since)
            : t("none"),
    },
    { label: t("workers"), value: status.workers === null ? "—" : format.number(status.workers) },
  ];
  return (
    <div className="overflow-hidden rounded-card border border-line bg-surface shadow-card">
      <dl className="grid gap-px bg-line sm:grid-cols-3">
        {figures.map(({ label, value }) => (
          <div key={label} className="bg-surface px-5 py-3">
            <dt className="text-soft">{label}</dt>
            <dd className="font-semibold text-lg">{value}</dd>
          </div>
        ))}
      </dl>
      {status.running_dispatches.length > 0 && (
        <ul className="divide-y divide-line border-line border-t">
          {status.running_dispatches.map(({ id, started_at, audience, settled }) => (
            <li key={id} className="flex flex-wrap items-baseline justify-between gap-x-4 px-5 py-2.5">
              <Link
                href={`/dispatches/${id}`}
                prefetch={false}
                className="font-medium text-accent hover:underline"
              >
                {id.slice(-8)}
              </Link>
              <span className="text-soft">{t("started", { time: time(started_at) })}</span>
              <span className="min-w-32 text-right">
                {audience === null
                  ? format.number(settled)
                  : t("progress", { settled: format.number(settled), audience: format.number(audience) })}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
