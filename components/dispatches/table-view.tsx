"use client";

import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useTranslations } from "next-intl";
import { memo } from "react";
import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { Skeleton } from "@/components/ui/skeleton";
import { setParams } from "@/components/ui/url";
import { Instant, useViewerZone } from "@/components/ui/use-zoned";
import type { Dispatch } from "@/lib/contract/dispatches/dispatch";
import { dispatchListQuery } from "@/lib/web/queries";
import { AudienceText } from "./audience-text";
import { DeliveredShare } from "./delivered-share";
import { Unreadable } from "./dispatches-unreadable";
import { ProgressStrip } from "./progress";
import { StatusBadge } from "./status-badge";
import { useAuthor } from "./use-author";
import { useFilter, useView } from "./use-view";

/** How wide columns are: what a cell holds may come later, and must not move the others. */
const columns = { text: "", status: "lg:w-56", start: "lg:w-48", audience: "lg:w-52", done: "lg:w-44" };
const keys = Object.keys(columns) as (keyof typeof columns)[];

/**
 * The dispatches as a table, page by page; `sort` names an order, with a minus for descending. It
 * is a plain table because the server can paint all of it. A grid of React Aria would cost 80 KB of
 * script.
 */
export function TableView() {
  const t = useTranslations("table");
  const { wanted, sort } = useView();
  const { filter } = useFilter();
  const pages = useInfiniteQuery({
    ...dispatchListQuery({ ...filter, status: wanted, sort }),
    placeholderData: keepPreviousData,
  });
  const isDescending = sort.startsWith("-");
  const key = sort.replace("-", "");
  if (pages.isError && !pages.data) return <Unreadable onRetry={() => pages.refetch()} />;
  if (!pages.data) return <Skeleton className="h-96" />;
  const rows = pages.data.pages.flatMap(({ items }) => items);
  return (
    <div className="flex flex-col gap-4">
      <section
        aria-label={t("label")}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard.
        tabIndex={0}
        className="overflow-x-auto rounded-card border border-line bg-surface"
      >
        {/* Where there is no room for the columns, each row is a block. */}
        <table className="w-full border-collapse text-left max-lg:block lg:min-w-[74rem] lg:table-fixed">
          <caption className="sr-only">{t("label")}</caption>
          <thead className="max-lg:block">
            <tr className="max-lg:flex max-lg:flex-wrap max-lg:border-line max-lg:border-b">
              {keys.map((id) => {
                const isSorted = id === key;
                const Arrow = isDescending ? ArrowDown : ArrowUp;
                return (
                  <th
                    key={id}
                    scope="col"
                    aria-sort={isSorted ? (isDescending ? "descending" : "ascending") : undefined}
                    className={`border-line px-1 py-1 font-medium text-soft max-lg:px-0 lg:border-b ${columns[id]}`}
                  >
                    <button
                      type="button"
                      onClick={() => setParams({ sort: isSorted && !isDescending ? `-${id}` : id })}
                      className="inline-flex min-h-9 items-center gap-1 rounded px-2.5 hover:text-ink"
                    >
                      {t(id)}
                      {isSorted && <Arrow size={14} aria-hidden />}
                    </button>
                  </th>
                );
              })}
              <th
                scope="col"
                className="w-36 border-line border-b px-3.5 py-1 font-medium text-soft max-lg:hidden"
              >
                {t("author")}
              </th>
            </tr>
          </thead>
          <tbody className="max-lg:block">
            {rows.map((dispatch) => (
              <DispatchRow key={dispatch.id} dispatch={dispatch} />
            ))}
          </tbody>
        </table>
        {rows.length === 0 && <p className="p-6 text-center text-soft">{t("none")}</p>}
      </section>
      {pages.hasNextPage && (
        <Button
          className="self-center"
          aria-disabled={pages.isFetchingNextPage}
          onClick={() => void pages.fetchNextPage()}
        >
          {t("more")}
        </Button>
      )}
    </div>
  );
}

const cellClass = "lg:px-3.5 lg:py-2.5";

/** A row, redrawn only when its dispatch has changed. The link of its text covers the whole row. */
const DispatchRow = memo(function DispatchRow({ dispatch }: { dispatch: Dispatch }) {
  const t = useTranslations("table");
  const zone = useViewerZone() ?? dispatch.timezone;
  const { progress } = dispatch;
  const author = useAuthor()(dispatch.author);
  return (
    <tr className="relative border-line border-b last:border-0 hover:bg-raised max-lg:grid max-lg:grid-cols-[minmax(min-content,1fr)_minmax(0,auto)] max-lg:gap-x-4 max-lg:gap-y-1 max-lg:px-3.5 max-lg:py-3">
      <th
        scope="row"
        className={`font-medium max-lg:col-span-full max-lg:w-0 max-lg:min-w-full ${cellClass}`}
      >
        <Link
          href={`/dispatches/${dispatch.id}`}
          prefetch={false}
          className="line-clamp-1 after:absolute after:inset-0"
        >
          {dispatch.name ?? dispatch.message_text}
        </Link>
        {dispatch.name && (
          <span className="line-clamp-1 font-normal text-[0.9rem] text-soft">{dispatch.message_text}</span>
        )}
      </th>
      <td className={cellClass}>
        <StatusBadge status={dispatch.status} />
      </td>
      <td className={`max-lg:text-right sm:whitespace-nowrap ${cellClass}`}>
        <Instant at={dispatch.start_datetime} zone={zone} />
      </td>
      <td className={`max-lg:w-0 max-lg:min-w-full ${cellClass}`}>
        <span className="block truncate text-[0.9rem]">
          <AudienceText dispatch={dispatch} />
        </span>
        {progress.audience !== null && (
          <span className="text-[0.9rem] text-soft">{t("recipients", { count: progress.audience })}</span>
        )}
      </td>
      <td className={`max-lg:order-last max-lg:col-span-full ${cellClass}`}>
        {dispatch.status !== "scheduled" && (
          <ProgressStrip
            progress={progress}
            total={progress.audience ?? 0}
            name={(dispatch.name ?? dispatch.message_text).slice(0, 60)}
          />
        )}
        <DeliveredShare progress={progress} />
      </td>
      <td
        className={`truncate text-[0.9rem] text-soft max-lg:max-w-40 max-lg:justify-self-end ${cellClass}`}
        title={author}
      >
        {author.replace(/@.*/, "")}
      </td>
    </tr>
  );
});
