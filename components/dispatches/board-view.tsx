"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { useTranslations } from "next-intl";
import { memo, useRef } from "react";
import type { Dispatch } from "@/lib/contract/dispatch";
import { type Column, columns } from "./board";
import { DispatchCard } from "./card";
import { useKeptFocus } from "./use-kept-focus";

const CARD_HEIGHT = 110;
const GAP = 10;

/** Columns side by side; on a phone one below the other. */
export function BoardView({ lists }: { lists: Record<Column, Dispatch[]> }) {
  useKeptFocus();
  return (
    <div className="grid gap-x-4 gap-y-6 md:grid-cols-2 xl:grid-cols-4">
      {columns.map((column) => (
        <BoardColumn key={column} column={column} dispatches={lists[column]} />
      ))}
    </div>
  );
}

/** A column that scrolls by itself and draws only the cards that can be seen. */
const BoardColumn = memo(function BoardColumn({ column, dispatches }: { column: Column; dispatches: Dispatch[] }) {
  const t = useTranslations("board");
  const scroll = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: dispatches.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => CARD_HEIGHT,
    getItemKey: (index) => dispatches[index]!.id,
    gap: GAP,
    overscan: 3,
    paddingEnd: 4,
    initialRect: { width: 300, height: 700 },
  });
  return (
    <section aria-labelledby={`column-${column}`} className="flex min-w-0 flex-col gap-2.5">
      <h2 id={`column-${column}`} className="flex items-center gap-2 px-0.5">
        {t(column)}
        <span className="rounded-full bg-raised px-2 font-medium text-[0.85rem] text-soft">{dispatches.length}</span>
      </h2>
      {dispatches.length === 0 ? (
        <p className="rounded-card border border-line border-dashed px-4 py-6 text-center text-soft">{t(`none.${column}`)}</p>
      ) : (
        <section
          ref={scroll}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
          tabIndex={0}
          aria-label={t(column)}
          className="max-h-[55dvh] overflow-y-auto rounded-card md:max-h-[70dvh] xl:max-h-[calc(100dvh-11rem)]"
        >
          <ul className="relative" style={{ height: virtualizer.getTotalSize() }}>
            {virtualizer.getVirtualItems().map((item) => (
              <li
                key={item.key}
                ref={virtualizer.measureElement}
                data-index={item.index}
                className="absolute inset-x-0 top-0 [contain:layout_style]"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <DispatchCard dispatch={dispatches[item.index]!} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </section>
  );
});
