"use client";

import { ArrowDown, ArrowUp } from "lucide-react";
import Link from "next/link";
import { useFormatter, useTranslations } from "next-intl";
import { memo, useMemo } from "react";
import type { Dispatch } from "@/lib/contract/dispatch";
import { settledOf } from "./outcomes";
import { ProgressStrip } from "./progress";
import { StatusBadge } from "./status-badge";
import { useZoned } from "./use-zoned";

const values: Record<string, (dispatch: Dispatch) => string | number> = {
  text: (d) => d.message_text,
  status: (d) => d.status,
  start: (d) => d.start_datetime,
  audience: (d) => d.progress.audience ?? -1,
  done: (d) => (d.progress.audience ? settledOf(d.progress) / d.progress.audience : 0),
};
const keys = Object.keys(values);

/**
 * Every dispatch in a row; `sort` is a column's key, with a minus for the largest first. A table of the browser's own: it is all there on
 * the first paint, and a grid of React Aria would cost the page 80 KB of script for what a heading with a button does.
 */
export function TableView({ dispatches, sort, onSort }: { dispatches: Dispatch[]; sort: string; onSort: (sort: string) => void }) {
  const t = useTranslations("table");
  const isDescending = sort.startsWith("-");
  const key = keys.includes(sort.replace("-", "")) ? sort.replace("-", "") : "start";
  const rows = useMemo(() => {
    const value = values[key]!;
    const compare = (a: Dispatch, b: Dispatch) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0);
    return [...dispatches].sort((a, b) => (isDescending ? compare(b, a) : compare(a, b)));
  }, [dispatches, key, isDescending]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard.
    <section aria-label={t("label")} tabIndex={0} className="overflow-x-auto rounded-card border border-line bg-surface">
      <table className="w-full min-w-[46rem] border-collapse text-left">
        <caption className="sr-only">{t("label")}</caption>
        <thead>
          <tr>
            {keys.map((id) => {
              const isSorted = id === key;
              const Arrow = isDescending ? ArrowDown : ArrowUp;
              return (
                <th
                  key={id}
                  scope="col"
                  aria-sort={isSorted ? (isDescending ? "descending" : "ascending") : undefined}
                  className="border-line border-b px-1 py-1 font-medium text-soft"
                >
                  <button
                    type="button"
                    onClick={() => onSort(isSorted && !isDescending ? `-${id}` : id)}
                    className="inline-flex min-h-9 items-center gap-1 rounded px-2.5 hover:text-ink"
                  >
                    {t(id)}
                    {isSorted && <Arrow size={14} aria-hidden />}
                  </button>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {rows.map((dispatch) => (
            <DispatchRow key={dispatch.id} dispatch={dispatch} />
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p className="p-6 text-center text-soft">{t("none")}</p>}
    </section>
  );
}

/** Drawn anew only when its dispatch has changed. The link of its text covers all of it. */
const DispatchRow = memo(function DispatchRow({ dispatch }: { dispatch: Dispatch }) {
  const format = useFormatter();
  const zoned = useZoned();
  const { progress } = dispatch;
  return (
    <tr className="relative border-line border-b last:border-0 hover:bg-raised">
      <th scope="row" className="max-w-96 px-3.5 py-2.5 font-medium">
        <Link href={`/dispatches/${dispatch.id}`} prefetch={false} className="line-clamp-1 after:absolute after:inset-0">
          {dispatch.message_text}
        </Link>
      </th>
      <td className="px-3.5 py-2.5">
        <StatusBadge status={dispatch.status} />
      </td>
      <td className="whitespace-nowrap px-3.5 py-2.5">{zoned(dispatch.start_datetime, dispatch.timezone)}</td>
      <td className="px-3.5 py-2.5">{progress.audience === null ? "—" : format.number(progress.audience)}</td>
      <td className="w-48 px-3.5 py-2.5">
        <ProgressStrip progress={progress} total={progress.audience ?? 0} />
      </td>
    </tr>
  );
});
