"use client";

import { ChevronsUpDown } from "lucide-react";
import dynamic from "next/dynamic";
import type { ChoiceProps, ZoneChoiceProps } from "./choice-controls";
import { hintClass, inputClass, labelClass } from "./input-classes";
import { useIsLoaded } from "./use-is-loaded";

// These controls are large, and nobody needs them in the first moment. They load after the page,
// into a space of their size.
const load = () => import("./choice-controls");
const LazyChoice = dynamic(() => load().then((controls) => controls.Choice), { ssr: false });
const LazyZoneChoice = dynamic(() => load().then((controls) => controls.ZoneChoice), { ssr: false });
const LazySearchChoice = dynamic(() => load().then((controls) => controls.SearchChoice), { ssr: false });

/** Chooses one of a few options. */
export function Choice(props: ChoiceProps) {
  return useIsLoaded(load) ? <LazyChoice {...props} /> : <Placeholder {...props} />;
}

/** Chooses a time zone by its present and former names, in both languages. */
export function ZoneChoice(props: ZoneChoiceProps) {
  const options = [
    ...(props.first ?? []),
    { id: props.value ?? "", name: props.value?.replaceAll("_", " ") ?? "" },
  ];
  return useIsLoaded(load) ? <LazyZoneChoice {...props} /> : <Placeholder {...props} options={options} />;
}

/** Chooses one of many options by typing. */
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
