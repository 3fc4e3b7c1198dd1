import { ChevronsUpDown } from "lucide-react";
import type { ComponentProps } from "react";
import { inputClass } from "./input-classes";

/**
 * A native list, which phones open in their own way. Closed, it looks like the other inputs.
 * @param className positions it
 */
export function Select({ className = "", ...props }: ComponentProps<"select">) {
  return (
    <span className={`relative inline-flex print:hidden ${className}`}>
      <select {...props} className={`${inputClass} w-full min-w-0 appearance-none truncate pr-8`} />
      <ChevronsUpDown
        size={15}
        aria-hidden
        className="pointer-events-none absolute inset-y-0 right-2.5 my-auto text-soft"
      />
    </span>
  );
}
