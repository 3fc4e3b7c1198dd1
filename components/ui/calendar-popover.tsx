"use client";

import { type CalendarDateTime, toCalendarDate, toCalendarDateTime } from "@internationalized/date";
import { ChevronLeft, ChevronRight } from "lucide-react";
import type { RefObject } from "react";
import {
  Button,
  Calendar,
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
  Dialog,
  Heading,
  Popover,
} from "react-aria-components";

interface CalendarPopoverProps {
  label: string;
  anchor: RefObject<HTMLElement | null>;
  value: CalendarDateTime | null;
  onChange: (value: CalendarDateTime) => void;
  onClose: () => void;
}

const arrowClass =
  "grid size-9 place-items-center rounded-md text-soft outline-none hover:bg-raised data-focus-visible:outline-2 data-focus-visible:outline-accent";
const cellClass =
  "grid size-9 cursor-default place-items-center rounded-md tabular-nums outline-none data-outside-month:text-soft/60 data-hovered:bg-raised data-selected:bg-accent data-selected:text-accent-ink data-focus-visible:outline-2 data-focus-visible:outline-offset-1 data-focus-visible:outline-accent";

/** Chooses a day in a month. The time of day stays; without one it becomes noon. */
export default function CalendarPopover({ label, anchor, value, onChange, onClose }: CalendarPopoverProps) {
  return (
    <Popover
      isOpen
      triggerRef={anchor}
      placement="bottom start"
      onOpenChange={(open) => !open && onClose()}
      className="overflow-auto rounded-lg border border-line bg-surface p-3 shadow-pop"
    >
      <Dialog aria-label={label} className="outline-none">
        <Calendar
          autoFocus
          value={value && toCalendarDate(value)}
          onChange={(day) => {
            onChange(
              value
                ? value.set({ year: day.year, month: day.month, day: day.day })
                : toCalendarDateTime(day).set({ hour: 12 }),
            );
            onClose();
          }}
        >
          <header className="flex items-center justify-between pb-2">
            <Button slot="previous" className={arrowClass}>
              <ChevronLeft size={16} aria-hidden />
            </Button>
            <Heading className="font-semibold first-letter:uppercase" />
            <Button slot="next" className={arrowClass}>
              <ChevronRight size={16} aria-hidden />
            </Button>
          </header>
          <CalendarGrid weekdayStyle="short">
            <CalendarGridHeader>
              {(day) => (
                <CalendarHeaderCell className="pb-1 font-normal text-[0.8rem] text-soft">
                  {day}
                </CalendarHeaderCell>
              )}
            </CalendarGridHeader>
            <CalendarGridBody>
              {(date) => <CalendarCell date={date} className={cellClass} />}
            </CalendarGridBody>
          </CalendarGrid>
        </Calendar>
      </Dialog>
    </Popover>
  );
}
