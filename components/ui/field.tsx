"use client";

import { type ComponentProps, type ReactNode, type Ref, useId } from "react";
import { errorClass, hintClass, inputClass, labelClass } from "./input-classes";

interface FieldProps
  extends Pick<
    ComponentProps<"input">,
    "type" | "placeholder" | "maxLength" | "inputMode" | "autoComplete" | "autoFocus" | "onBlur"
  > {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  /** A control of several lines. */
  area?: boolean;
  value: string;
  onChange: (value: string) => void;
  onKeyDown?: (event: React.KeyboardEvent<HTMLInputElement | HTMLTextAreaElement>) => void;
  inputRef?: Ref<HTMLInputElement & HTMLTextAreaElement>;
}

/** The browser's own control with a label, and a hint or an error below. */
export function Field({ label, hint, error, area, onChange, inputRef, ...props }: FieldProps) {
  const id = useId();
  const Control: "input" = area ? ("textarea" as "input") : "input";
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className={labelClass}>
        {label}
      </label>
      <Control
        {...props}
        {...(area && { rows: 5 })}
        id={id}
        ref={inputRef}
        aria-invalid={error ? true : undefined}
        aria-describedby={described || undefined}
        data-invalid={error ? true : undefined}
        onChange={({ target }) => onChange(target.value)}
        className={`${inputClass} w-full ${area ? "resize-y leading-relaxed" : ""}`}
      />
      {hint && (
        <span id={`${id}-hint`} className={hintClass}>
          {hint}
        </span>
      )}
      {error && (
        <span id={`${id}-error`} className={errorClass}>
          {error}
        </span>
      )}
    </div>
  );
}
