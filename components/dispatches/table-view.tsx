"use client";

import { ArrowDown, ArrowUp } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import { useMemo } from "react";
import { Cell, Column, Row, Table, TableBody, TableHeader } from "react-aria-components";
import type { Dispatch } from "@/lib/contract/dispatch";
import { Aria } from "../ui/aria";
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

/** Every dispatch in a row; `sort` is a column's key, with a minus for the largest first. */
export default function TableView({ dispatches, sort, onSort }: { dispatches: Dispatch[]; sort: string; onSort: (sort: string) => void }) {
  const t = useTranslations("table");
  const format = useFormatter();
  const zoned = useZoned();
  const isDescending = sort.startsWith("-");
  const key = keys.includes(sort.replace("-", "")) ? sort.replace("-", "") : "start";
  const rows = useMemo(() => {
    const value = values[key]!;
    const compare = (a: Dispatch, b: Dispatch) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0);
    return [...dispatches].sort((a, b) => (isDescending ? compare(b, a) : compare(a, b)));
  }, [dispatches, key, isDescending]);
  return (
    <Aria>
      <div className="overflow-x-auto rounded-card border border-line bg-surface">
        <Table
          aria-label={t("label")}
          sortDescriptor={{ column: key, direction: isDescending ? "descending" : "ascending" }}
          onSortChange={({ column, direction }) => onSort(`${direction === "descending" ? "-" : ""}${String(column)}`)}
          className="w-full min-w-[46rem] border-collapse"
        >
          <TableHeader>
            {keys.map((id) => (
              <Column
                key={id}
                id={id}
                allowsSorting
                isRowHeader={id === "text"}
                className="cursor-default border-line border-b px-3.5 py-2.5 text-left font-medium text-soft"
              >
                {({ sortDirection }) => (
                  <span className="inline-flex items-center gap-1">
                    {t(id)}
                    {sortDirection === "ascending" && <ArrowUp size={14} aria-hidden />}
                    {sortDirection === "descending" && <ArrowDown size={14} aria-hidden />}
                  </span>
                )}
              </Column>
            ))}
          </TableHeader>
          <TableBody items={rows} renderEmptyState={() => <p className="p-6 text-center text-soft">{t("none")}</p>}>
            {(dispatch) => (
              <Row
                id={dispatch.id}
                href={`/dispatches/${dispatch.id}`}
                className="cursor-pointer border-line border-b last:border-0 data-hovered:bg-raised"
              >
                <Cell className="max-w-96 px-3.5 py-2.5">
                  <span className="line-clamp-1 font-medium">{dispatch.message_text}</span>
                </Cell>
                <Cell className="px-3.5 py-2.5">
                  <StatusBadge status={dispatch.status} />
                </Cell>
                <Cell className="whitespace-nowrap px-3.5 py-2.5">{zoned(dispatch.start_datetime, dispatch.timezone)}</Cell>
                <Cell className="px-3.5 py-2.5">
                  {dispatch.progress.audience === null ? "—" : format.number(dispatch.progress.audience)}
                </Cell>
                <Cell className="w-48 px-3.5 py-2.5">
                  <ProgressStrip progress={dispatch.progress} total={dispatch.progress.audience ?? 0} />
                </Cell>
              </Row>
            )}
          </TableBody>
        </Table>
      </div>
    </Aria>
  );
}
