"use client";

import { useSearchParams } from "next/navigation";
import { useFormatter, useTranslations } from "next-intl";
import { memo, useMemo, useRef } from "react";
import { Link } from "@/components/ui/link";
import type { Board, Dispatch } from "@/lib/contract/dispatches/dispatch";
import { finishedStatuses } from "@/lib/domain/lifecycle";
import { Moves } from "./board";
import { DispatchCard } from "./card";
import { useGlide } from "./use-glide";
import { useKeptFocus } from "./use-kept-focus";
import { useFilter } from "./use-view";

/** The columns: their statuses, and the order of the table that shows all of a column. */
const columns = {
  scheduled: { statuses: ["scheduled"], sort: "start" },
  running: { statuses: ["running"], sort: "-start" },
  paused: { statuses: ["paused"], sort: "-start" },
  finished: { statuses: finishedStatuses, sort: "-finished" },
} as const;
type Column = keyof typeof columns;

/** The columns, side by side; on a phone one below the other. */
export function BoardView({ board }: { board: Board }) {
  useKeptFocus();
  const columnList = useRef<HTMLDivElement>(null);
  useGlide(columnList);
  const { scheduled, running, paused, finished } = board;
  const shown = useMemo(
    () => [...scheduled, ...running, ...paused, ...finished],
    [scheduled, running, paused, finished],
  );
  return (
    <div ref={columnList} className="relative grid gap-x-4 gap-y-6 md:grid-cols-2 xl:grid-cols-4">
      <Moves dispatches={shown} />
      {(Object.keys(columns) as Column[]).map((column) => (
        <BoardColumn
          key={column}
          column={column}
          dispatches={board[column]}
          count={columns[column].statuses.reduce((sum, status) => sum + board.counts[status], 0)}
        />
      ))}
    </div>
  );
}

/** The first cards of a column, which scrolls by itself, and a link to all of them. */
const BoardColumn = memo(function BoardColumn(props: {
  column: Column;
  dispatches: Dispatch[];
  count: number;
}) {
  const { column, dispatches, count } = props;
  const t = useTranslations("board");
  const format = useFormatter();
  const none = useTranslations("table");
  const { isNarrowed } = useFilter();
  const list = useRef<HTMLUListElement>(null);
  useGlide(list);
  const { statuses, sort } = columns[column];
  // The link keeps the filters of the board.
  const all = new URLSearchParams(useSearchParams());
  for (const [key, value] of Object.entries({ view: "table", status: statuses.join(), sort }))
    all.set(key, value);
  return (
    <section data-id={column} aria-labelledby={`column-${column}`} className="flex min-w-0 flex-col gap-2.5">
      <h2 id={`column-${column}`} className="flex items-center gap-2 px-0.5">
        {t(column)}
        <span className="rounded-full bg-raised px-2 font-medium text-[0.85rem] text-soft">
          {format.number(count)}
        </span>
      </h2>
      {dispatches.length === 0 ? (
        <p className="rounded-card border border-line border-dashed px-4 py-6 text-center text-soft">
          {isNarrowed ? none("none") : t(`none.${column}`)}
        </p>
      ) : (
        <section
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
          tabIndex={0}
          aria-label={t(column)}
          className="-m-px max-h-[55dvh] overflow-y-auto rounded-card md:max-h-[70dvh] xl:max-h-[calc(100dvh-11rem)]"
        >
          <ul ref={list} className="relative flex flex-col gap-2.5 p-px pb-1">
            {dispatches.map((dispatch) => (
              <li key={dispatch.id} data-id={dispatch.id} className="[contain:layout_style]">
                <DispatchCard dispatch={dispatch} />
              </li>
            ))}
          </ul>
          {count > dispatches.length && (
            <Link
              href={`/dispatches?${all}`}
              className="block py-2.5 text-center text-accent underline underline-offset-4"
            >
              {t("show_all", { count })}
            </Link>
          )}
        </section>
      )}
    </section>
  );
});
