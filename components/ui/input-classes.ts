/** The look of all inputs. */
export const inputClass =
  "rounded-md border border-line-strong/60 bg-surface px-2.5 py-1.5 min-h-9 placeholder:text-soft focus:border-accent focus:outline-2 focus:outline-accent focus:-outline-offset-1 data-invalid:border-bad disabled:opacity-50";
export const labelClass = "font-medium";
export const errorClass = "text-bad text-[0.9rem]";
export const hintClass = "text-soft text-[0.9rem]";
