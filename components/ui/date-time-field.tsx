"use client";

import { CalendarDays } from "lucide-react";
import type { DateTimeFieldProps } from "./date-time-control";
import { hintClass, inputClass, labelClass } from "./input-classes";
import { useLoaded } from "./use-loaded";

const load = () => import("./date-time-control");

/**
 * A date and a time with 24 hours, in the order of the reader's language. It knows no time zone.
 * Only the browser knows that order, so the field loads after the page, into a space of its size.
 */
export function DateTimeField(props: DateTimeFieldProps) {
  const control = useLoaded(load);
  if (control) return <control.default {...props} />;
  return (
    <div className="flex flex-col gap-1.5">
      <span className={props.isLabelHidden ? "sr-only" : labelClass}>{props.label}</span>
      <span className={`${inputClass} flex items-center justify-end`}>
        <CalendarDays size={15} className="text-soft" aria-hidden />
      </span>
      {props.hint && <span className={hintClass}>{props.hint}</span>}
    </div>
  );
}
