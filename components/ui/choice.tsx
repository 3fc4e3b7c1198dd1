"use client";

import { ChevronsUpDown } from "lucide-react";
import dynamic from "next/dynamic";
import type { ChoiceProps, ZoneChoiceProps } from "./choice-controls";
import { hintClass, inputClass, labelClass } from "./input-classes";
import { useIsLoaded } from "./use-is-loaded";

// The controls are heavy, and nobody chooses in the first moment: they come after the page, into a
// place of their size.
const load = () => import("./choice-controls");
const LazyChoice = dynamic(() => load().then((controls) => controls.Choice), { ssr: false });
const LazyZoneChoice = dynamic(() => load().then((controls) => controls.ZoneChoice), { ssr: false });
const LazySearchChoice = dynamic(() => load().then((controls) => controls.SearchChoice), { ssr: false });

/** One of a few. */
export function Choice(props: ChoiceProps) {
  return useIsLoaded(load) ? <LazyChoice {...props} /> : <Placeholder {...props} />;
}

/** A time zone, found by the names it has and had, in both languages. */
export function ZoneChoice(props: ZoneChoiceProps) {
  const options = [
    ...(props.first ?? []),
    { id: props.value ?? "", name: props.value?.replaceAll("_", " ") ?? "" },
  ];
  return useIsLoaded(load) ? <LazyZoneChoice {...props} /> : <Placeholder {...props} options={options} />;
}

/** One of many, found by typing. */
export function SearchChoice(props: ChoiceProps) {
  return useIsLoaded(load) ? <LazySearchChoice {...props} /> : <Placeholder {...props} />;
}

function Placeholder({ label, options, value, hint }: ChoiceProps) {
  return (
    <div className="flex flex-col gap-1.5">
      <span className={labelClass}>{label}</span>
      <span className={`${inputClass} flex items-center justify-between gap-2`}>
        <span className="truncate">{options.find(({ id }) => id === value)?.name}</span>
        <ChevronsUpDown size={15} className="text-soft" aria-hidden />
      </span>
      {hint && <span className={hintClass}>{hint}</span>}
    </div>
  );
}
