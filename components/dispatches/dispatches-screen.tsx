"use client";

import { Columns3, Table2 } from "lucide-react";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { type DispatchStatus, dispatchStatuses } from "@/lib/domain/lifecycle";
import { useMay } from "../shell/me";
import { Button, ButtonLink } from "../ui/button";
import { inputClass } from "../ui/input-classes";
import { Skeleton } from "../ui/skeleton";
import { Moves, useColumns, useDispatches } from "./board";
import { BoardView } from "./board-view";
import { TableView } from "./table-view";

/** The status board and the same as a table. What is looked for, how and in which order is in the address. */
export function DispatchesScreen() {
  const t = useTranslations("board");
  const mayWrite = useMay("dispatches:write");
  const status = useTranslations("status");
  const router = useRouter();
  const path = usePathname();
  const params = useSearchParams();
  const view = params.get("view") === "table" ? "table" : "board";
  const q = params.get("q") ?? "";
  const wanted = params.get("status") as DispatchStatus | null;
  const { dispatches, isError, refetch } = useDispatches();

  const shown = useMemo(() => {
    const needle = q.trim().toLowerCase();
    return dispatches?.filter(
      (d) => (!needle || d.message_text.toLowerCase().includes(needle) || d.id.startsWith(needle)) && (!wanted || d.status === wanted),
    );
  }, [dispatches, q, wanted]);
  const lists = useColumns(shown);

  function set(changes: Record<string, string | null>) {
    const next = new URLSearchParams(params);
    for (const [key, value] of Object.entries(changes)) value ? next.set(key, value) : next.delete(key);
    router.replace(`${path}${next.size > 0 ? `?${next}` : ""}`, { scroll: false });
  }

  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h1>{t("title")}</h1>
        <div className="md:hidden">
          {mayWrite && (
            <ButtonLink href="/dispatches/new" variant="primary">
              {t("new")}
            </ButtonLink>
          )}
        </div>
      </div>
      <div className="flex flex-wrap items-center gap-2.5">
        <input
          type="search"
          aria-label={t("search")}
          placeholder={t("search")}
          value={q}
          onChange={(event) => set({ q: event.target.value })}
          className={`${inputClass} min-w-48 flex-1 sm:max-w-xs`}
        />
        {view === "table" && (
          <select
            aria-label={t("filter")}
            value={wanted ?? ""}
            onChange={(event) => set({ status: event.target.value || null })}
            className={inputClass}
          >
            <option value="">{t("all")}</option>
            {dispatchStatuses.map((value) => (
              <option key={value} value={value}>
                {status(value)}
              </option>
            ))}
          </select>
        )}
        <fieldset className="ml-auto flex rounded-md border border-line bg-surface p-0.5">
          <legend className="sr-only">{t("view")}</legend>
          {(["board", "table"] as const).map((id) => (
            <label
              key={id}
              className="flex min-h-8 cursor-pointer items-center gap-1.5 rounded px-2.5 text-soft outline-offset-2 has-checked:bg-accent-wash has-checked:font-medium has-checked:text-accent has-focus-visible:outline-2 has-focus-visible:outline-accent"
            >
              <input
                type="radio"
                name="view"
                className="sr-only"
                checked={view === id}
                onChange={() => set({ view: id === "table" ? "table" : null, status: null })}
              />
              {id === "board" ? <Columns3 size={15} aria-hidden /> : <Table2 size={15} aria-hidden />}
              {t(id)}
            </label>
          ))}
        </fieldset>
      </div>
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
        <BoardView lists={lists} />
      ) : (
        <TableView dispatches={shown} sort={params.get("sort") ?? "-start"} onSort={(sort) => set({ sort })} />
      )}
    </div>
  );
}
