"use client";

import { CalendarDays } from "lucide-react";
import dynamic from "next/dynamic";
import type { DateTimeFieldProps } from "./date-time-control";
import { hintClass, inputClass, labelClass } from "./input-classes";
import { useIsLoaded } from "./use-is-loaded";

const load = () => import("./date-time-control");
const LazyControl = dynamic(load, { ssr: false });

/**
 * A date and a time of day in the order that the reader is used to, with 24 hours. It knows no time
 * zone. The order is the browser's, which the server cannot know: the field comes after the page,
 * into a place of its size.
 */
export function DateTimeField(props: DateTimeFieldProps) {
  if (useIsLoaded(load)) return <LazyControl {...props} />;
  return (
    <div className="flex flex-col gap-1.5">
      <span className={labelClass}>{props.label}</span>
      <span className={`${inputClass} flex items-center justify-end`}>
        <CalendarDays size={15} className="text-soft" aria-hidden />
      </span>
      {props.hint && <span className={hintClass}>{props.hint}</span>}
    </div>
  );
}
