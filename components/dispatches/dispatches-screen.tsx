"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { useMay } from "../shell/me";
import { Button, ButtonLink } from "../ui/button";
import { Skeleton } from "../ui/skeleton";
import { Moves, useColumns, useDispatches } from "./board";
import { BoardView } from "./board-view";
import { CancelDialogs } from "./cancel-dialog";
import { TableView } from "./table-view";
import { Toolbar, useView } from "./toolbar";

/** The status board and the same as a table. What is looked for, how and in which order is in the address. */
export function DispatchesScreen() {
  const t = useTranslations("board");
  const mayWrite = useMay("dispatches:write");
  const { view, q, wanted, sort, set } = useView();
  const { dispatches, isError, refetch } = useDispatches();

  const shown = useMemo(() => {
    const needle = q.trim().toLowerCase();
    return dispatches?.filter(
      (d) => (!needle || d.message_text.toLowerCase().includes(needle) || d.id.startsWith(needle)) && (!wanted || d.status === wanted),
    );
  }, [dispatches, q, wanted]);
  const lists = useColumns(shown);

  return (
    <div className="flex flex-col gap-5">
      <Toolbar />
      <Moves dispatches={dispatches} />
      {isError ? (
        <div role="alert" className="flex flex-col items-start gap-3 rounded-card border border-line bg-surface p-5">
          <p>{t("unreadable")}</p>
          <Button onClick={() => refetch()}>{t("again")}</Button>
        </div>
      ) : !dispatches || !shown ? (
        <div className="grid gap-4 md:grid-cols-2 xl:grid-cols-4">
          {[1, 2, 3, 4].map((i) => (
            <Skeleton key={i} className="h-36" />
          ))}
        </div>
      ) : dispatches.length === 0 ? (
        <div className="flex flex-col items-center gap-3 rounded-card border border-line border-dashed px-6 py-16 text-center">
          <p className="font-medium">{t("empty")}</p>
          <p className="max-w-md text-soft">{t("empty_hint")}</p>
          {mayWrite && (
            <ButtonLink href="/dispatches/new" variant="primary">
              {t("new")}
            </ButtonLink>
          )}
        </div>
      ) : view === "board" ? (
        <CancelDialogs>
          <BoardView lists={lists} />
        </CancelDialogs>
      ) : (
        <TableView dispatches={shown} sort={sort} onSort={(sort) => set({ sort })} />
      )}
    </div>
  );
}
