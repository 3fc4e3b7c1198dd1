"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useMay } from "@/components/shell/me";
import { ButtonLink } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { boardQuery } from "@/lib/web/queries";
import { BoardView } from "./board-view";
import { CancelDialogs } from "./cancel-dialog";
import { Unreadable } from "./dispatches-unreadable";
import { TableView } from "./table-view";
import { Toolbar } from "./toolbar";
import { useFilter, useView } from "./use-view";

const PreparedView = dynamic(() => import("./prepared-view").then((module) => module.PreparedView), {
  loading: () => <Skeleton className="h-96" />,
});

const CalendarView = dynamic(() => import("./calendar/calendar-view").then((module) => module.CalendarView), {
  loading: () => <Skeleton className="h-96" />,
});

/** All views of the dispatches. The address has the view, the filters and the order. */
export function DispatchesScreen() {
  const { view } = useView();
  return (
    <div className="flex flex-col gap-5">
      <Toolbar />
      {view === "board" ? (
        <BoardOf />
      ) : view === "table" ? (
        <TableView />
      ) : view === "calendar" ? (
        <CalendarView />
      ) : (
        <PreparedView kind={view} />
      )}
    </div>
  );
}

function BoardOf() {
  const { filter, isNarrowed } = useFilter();
  const board = useQuery({ ...boardQuery(filter), placeholderData: keepPreviousData });
  if (board.isError && !board.data) return <Unreadable onRetry={() => board.refetch()} />;
  if (!board.data)
    return (
      <div className="grid gap-4 md:grid-cols-2 xl:grid-cols-4">
        {[1, 2, 3, 4].map((i) => (
          <Skeleton key={i} className="h-36" />
        ))}
      </div>
    );
  if (!isNarrowed && Object.values(board.data.counts).every((count) => count === 0)) return <NoneYet />;
  return (
    <CancelDialogs>
      <BoardView board={board.data} />
    </CancelDialogs>
  );
}

function NoneYet() {
  const t = useTranslations("board");
  const mayWrite = useMay("dispatches:write");
  return (
    <div className="flex flex-col items-center gap-3 rounded-card border border-line border-dashed px-6 py-16 text-center">
      <p className="font-medium">{t("empty")}</p>
      <p className="max-w-md text-soft">{t("empty_hint")}</p>
      {mayWrite && (
        <ButtonLink href="/dispatches/new" variant="primary">
          {t("new")}
        </ButtonLink>
      )}
    </div>
  );
}
