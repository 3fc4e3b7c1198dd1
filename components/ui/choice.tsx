"use client";

import { ChevronsUpDown } from "lucide-react";
import type { ChoiceProps, ZoneChoiceProps } from "./choice-controls";
import { hintClass, inputClass, labelClass } from "./input-classes";
import { useLoaded } from "./use-loaded";

// These controls are large, and nobody needs them in the first moment. They load after the page,
// into a space of their size.
const load = () => import("./choice-controls");

/** Chooses one of a few options. */
export function Choice(props: ChoiceProps) {
  const controls = useLoaded(load);
  return controls ? <controls.Choice {...props} /> : <Placeholder {...props} />;
}

/** Chooses a time zone by its present and former names, in both languages. */
export function ZoneChoice(props: ZoneChoiceProps) {
  const controls = useLoaded(load);
  const options = [
    ...(props.first ?? []),
    { id: props.value ?? "", name: props.value?.replaceAll("_", " ") ?? "" },
  ];
  return controls ? <controls.ZoneChoice {...props} /> : <Placeholder {...props} options={options} />;
}

/** Chooses one of many options by typing. */
export function SearchChoice(props: ChoiceProps) {
  const controls = useLoaded(load);
  return controls ? <controls.SearchChoice {...props} /> : <Placeholder {...props} />;
}

function Placeholder({ label, options, value, hint, placeholder }: ChoiceProps) {
  const chosen = options.find(({ id }) => id === value)?.name;
  return (
    <div className="flex flex-col gap-1.5">
      <span className={labelClass}>{label}</span>
      <span className={`${inputClass} flex items-center justify-between gap-2`}>
        <span className={`truncate ${chosen ? "" : "text-soft"}`}>{chosen ?? placeholder}</span>
        <ChevronsUpDown size={15} className="text-soft" aria-hidden />
      </span>
      {hint && <span className={hintClass}>{hint}</span>}
    </div>
  );
}
