import { useFormatter, useTranslations } from "next-intl";
import type { Status } from "@/lib/contract/health/status";

/** How much runs, since when work is due that nobody does, and how many workers are alive. */
export function WorkList({ status, time }: { status: Status; time: (iso: string) => string }) {
  const t = useTranslations("status_page");
  const format = useFormatter();
  const number = (value: number | null) => (value === null ? "—" : format.number(value));
  const { running, oldest_waiting_since: oldest, workers } = status;
  const overdueText = oldest ? t("overdue_since", { time: time(oldest) }) : t("none");
  const figures = [
    { label: t("running"), value: number(running) },
    { label: t("overdue"), value: running === null ? "—" : overdueText },
    { label: t("workers"), value: number(workers) },
  ];
  return (
    <dl className="grid gap-px overflow-hidden rounded-card border border-line bg-line sm:grid-cols-3">
      {figures.map(({ label, value }) => (
        <div
          key={label}
          className="flex items-baseline justify-between gap-3 bg-surface px-4 py-2.5 sm:block sm:py-3"
        >
          <dt className="text-soft">{label}</dt>
          <dd className="font-semibold sm:text-lg">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
