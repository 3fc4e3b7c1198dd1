"use client";

import type { ReactNode } from "react";
import {
  FieldError,
  Input,
  Label,
  Text,
  TextArea,
  TextField,
  type TextFieldProps,
} from "react-aria-components";
import { errorClass, hintClass, inputClass, labelClass } from "./input-classes";

/** The label of a control, with a hint or an error below. */
export function Field({
  label,
  hint,
  error,
  area,
  placeholder,
  inputRef,
  ...props
}: TextFieldProps & {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  area?: boolean;
  placeholder?: string;
  inputRef?: React.Ref<HTMLInputElement & HTMLTextAreaElement>;
}) {
  const Control = area ? TextArea : Input;
  return (
    <TextField
      {...props}
      isInvalid={Boolean(error)}
      validationBehavior="aria"
      className="flex flex-col gap-1.5"
    >
      <Label className={labelClass}>{label}</Label>
      <Control
        ref={inputRef}
        rows={area ? 5 : undefined}
        placeholder={placeholder}
        className={`${inputClass} w-full ${area ? "resize-y leading-relaxed" : ""}`}
      />
      {hint && (
        <Text slot="description" className={hintClass}>
          {hint}
        </Text>
      )}
      <FieldError className={errorClass}>{error}</FieldError>
    </TextField>
  );
}
