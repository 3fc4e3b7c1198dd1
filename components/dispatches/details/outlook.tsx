"use client";

import { TriangleAlert } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import { Skeleton } from "@/components/ui/skeleton";
import { Instant } from "@/components/ui/use-zoned";
import type { PreviewAnswer } from "@/lib/contract/dispatches/preview";

/** The forecast of a dispatch that has not begun, for each operator. */
export function Outlook({ preview, timezone }: { preview: PreviewAnswer | undefined; timezone: string }) {
  const t = useTranslations("form");
  const dispatch = useTranslations("dispatch");
  const format = useFormatter();
  if (!preview) return <Skeleton className="h-64" />;
  const { forecast, audience } = preview;
  return (
    <section
      aria-labelledby="outlook"
      className="flex flex-col gap-4 rounded-card border border-line bg-surface p-4 shadow-card md:p-5"
    >
      <h2 id="outlook" className="text-soft">
        {t("finishes")}
      </h2>
      <p className="-mt-3 font-semibold text-2xl tracking-tight first-letter:uppercase">
        {forecast?.finishes_at ? <Instant at={forecast.finishes_at} zone={timezone} /> : t("does_not")}
      </p>
      {forecast && forecast.not_sent > 0 && (
        <p className="flex gap-2.5 rounded-md bg-warn-wash px-3 py-2 text-warn">
          <TriangleAlert size={16} className="mt-0.5 shrink-0" aria-hidden />
          {t("not_sent", { count: forecast.not_sent })}
        </p>
      )}
      {audience.by_operator.length > 0 && (
        <ul aria-label={dispatch("by_operator")} className="divide-y divide-line border-line border-t">
          {audience.by_operator.map(({ operator, count }) => {
            const own = forecast?.by_operator.find((one) => one.operator.id === operator.id);
            return (
              <li key={operator.id} className="flex flex-wrap items-baseline gap-x-4 py-2.5">
                <span className="min-w-20 flex-1 font-medium">{operator.name}</span>
                <span className="text-soft">{format.number(count)}</span>
                <span className="min-w-28 text-right">
                  {own?.finishes_at ? (
                    <Instant at={own.finishes_at} zone={timezone} />
                  ) : own ? (
                    <span className="text-warn">{t("does_not")}</span>
                  ) : (
                    "—"
                  )}
                </span>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
