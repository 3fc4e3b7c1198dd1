"use client";

import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Button, type ButtonProps } from "./button";
import { cellClass, EmptyList, ListSkeleton, Unreadable } from "./list-states";

export interface Column<T> {
  head: string;
  cell: (row: T) => ReactNode;
  /** The class of the heading and the cells. */
  className?: string;
  /** `name` names the row; only screen readers get the heading of `actions`. */
  kind?: "name" | "actions";
}

/** The part of a query that the table uses. */
interface Source {
  isError: boolean;
  refetch: () => unknown;
  isPlaceholderData?: boolean;
  hasNextPage?: boolean;
  isFetchingNextPage?: boolean;
  fetchNextPage?: () => unknown;
}

interface DataTableProps<T> {
  label: string;
  source: Source;
  /** Undefined while it is loading. */
  rows: T[] | undefined;
  keyOf: (row: T) => string;
  columns: Column<T>[];
  empty?: string;
  /** The label of the button that loads more. */
  more?: string;
  /** Said before that button: not all were searched. */
  unsearched?: string | undefined;
  className?: string;
  rowClass?: (row: T) => string;
}

const headClass = "border-line border-b px-3.5 py-2.5 text-left font-medium text-soft whitespace-nowrap";

/**
 * A list as a table. It also shows that it is loading, failed or empty, and loads more pages on
 * request.
 */
export function DataTable<T>({
  label,
  source,
  rows,
  keyOf,
  columns,
  empty,
  more,
  unsearched,
  className = "",
  rowClass,
}: DataTableProps<T>) {
  if (!rows) return source.isError ? <Unreadable onRetry={() => source.refetch()} /> : <ListSkeleton />;
  const isEmpty = rows.length === 0;
  if (empty !== undefined && isEmpty && !source.hasNextPage) return <EmptyList text={empty} />;
  return (
    <>
      <div
        hidden={isEmpty}
        // Positioned, it clips the texts for screen readers alone, too.
        className={`relative overflow-x-auto rounded-card border border-line bg-surface transition-opacity ${source.isPlaceholderData ? "opacity-60" : ""}`}
      >
        <table className={`w-full border-collapse ${className}`}>
          <caption className="sr-only">{label}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column.head} scope="col" className={`${headClass} ${column.className ?? ""}`}>
                  {column.kind === "actions" ? <span className="sr-only">{column.head}</span> : column.head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr
                key={keyOf(row)}
                className={`border-line border-b last:border-0 hover:bg-raised ${rowClass?.(row) ?? ""}`}
              >
                {columns.map((column) => (
                  <Cell key={column.head} column={column} row={row} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {unsearched && (
        <p role="status" className={`text-center text-soft ${isEmpty ? "pt-10" : ""}`}>
          {unsearched}
        </p>
      )}
      {source.hasNextPage && (
        <Button
          className="self-center"
          isBusy={source.isFetchingNextPage ?? false}
          onClick={() => source.fetchNextPage?.()}
        >
          {more}
        </Button>
      )}
    </>
  );
}

function Cell<T>({ column: { kind, cell, className = "" }, row }: { column: Column<T>; row: T }) {
  if (kind === "actions")
    return <td className={`whitespace-nowrap py-1 pr-2 text-right ${className}`}>{cell(row)}</td>;
  if (kind === "name")
    return (
      <th scope="row" className={`${cellClass} wrap-anywhere min-w-24 text-left font-medium ${className}`}>
        {cell(row)}
      </th>
    );
  return <td className={`${cellClass} ${className}`}>{cell(row)}</td>;
}

interface RowButtonProps extends ButtonProps {
  icon: LucideIcon;
  label: string;
  /** The name of the row. */
  name: string;
}

/** An action of a row, as an icon. */
export function RowButton({ icon: Icon, label, name, ...props }: RowButtonProps) {
  return (
    <Button variant="quiet" aria-label={`${label} ${name}`} title={label} {...props}>
      <Icon size={15} aria-hidden />
    </Button>
  );
}
