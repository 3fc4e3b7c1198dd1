"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useEffect, useMemo, useRef, useState } from "react";
import type { Dispatch } from "@/lib/contract/dispatch";
import { isFinished } from "@/lib/domain/lifecycle";
import { activeDispatchesQuery, dispatchesQuery } from "@/lib/web/queries";

export const columns = ["scheduled", "running", "paused", "finished"] as const;
export type Column = (typeof columns)[number];

const columnOf = ({ status }: Dispatch): Column => (isFinished(status) ? "finished" : (status as Column));

/** Every dispatch, the moving ones as fresh as the last second. */
export function useDispatches() {
  const client = useQueryClient();
  const all = useQuery(dispatchesQuery);
  const active = useQuery(activeDispatchesQuery);
  const moving = active.data?.items;

  // Whoever came to or left the moving ones has changed its column: then, and only then, all are read anew.
  const ids = moving?.map(({ id, status }) => `${id} ${status}`).join() ?? "";
  const known = useRef(ids);
  useEffect(() => {
    if (known.current === ids) return;
    known.current = ids;
    void client.invalidateQueries({ queryKey: dispatchesQuery.queryKey });
  }, [ids, client]);

  const dispatches = useMemo(() => {
    if (!all.data) return undefined;
    const fresh = new Map(moving?.map((dispatch) => [dispatch.id, dispatch]));
    return all.data.map((dispatch) => fresh.get(dispatch.id) ?? dispatch);
  }, [all.data, moving]);
  return { dispatches, isError: all.isError && !all.data, refetch: all.refetch };
}

const descending = (a: string, b: string) => (a < b ? 1 : a > b ? -1 : 0);

/** The columns of the board. Scheduled ones come in the order in which they start. A column whose cards have not changed stays the same list. */
export function useColumns(dispatches: Dispatch[] | undefined): Record<Column, Dispatch[]> {
  const before = useRef<Record<Column, Dispatch[]>>(undefined);
  return useMemo(() => {
    const lists: Record<Column, Dispatch[]> = { scheduled: [], running: [], paused: [], finished: [] };
    for (const dispatch of dispatches ?? []) lists[columnOf(dispatch)].push(dispatch);
    lists.scheduled.sort((a, b) => descending(b.start_datetime, a.start_datetime));
    lists.finished.sort((a, b) => descending(a.finished_at ?? a.updated_at, b.finished_at ?? b.updated_at));
    for (const column of columns) {
      const last = before.current?.[column];
      if (last?.length === lists[column].length && lists[column].every((dispatch, index) => dispatch === last[index])) lists[column] = last;
    }
    before.current = lists;
    return lists;
  }, [dispatches]);
}

/** Tells screen readers what moved, in one sentence, and nothing else: counters do not chatter. */
export function Moves({ dispatches }: { dispatches: Dispatch[] | undefined }) {
  const t = useTranslations("board");
  const status = useTranslations("status");
  const before = useRef<Map<string, string>>(undefined);
  const [text, setText] = useState("");
  useEffect(() => {
    if (!dispatches) return;
    const now = new Map(dispatches.map((dispatch) => [dispatch.id, dispatch.status]));
    const last = before.current;
    before.current = now;
    if (!last) return;
    const moved = dispatches.filter(({ id, status }) => last.get(id) !== status);
    if (moved.length > 0 && moved.length < 5)
      setText(moved.map((d) => t("moved", { text: d.message_text.slice(0, 40), status: status(d.status) })).join(" "));
  }, [dispatches, t, status]);
  return (
    <p aria-live="polite" className="sr-only">
      {text}
    </p>
  );
}
