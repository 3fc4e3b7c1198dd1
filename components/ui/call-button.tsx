"use client";

import { useMutation } from "@tanstack/react-query";
import { Button, type ButtonProps } from "./button";
import { useFailureNotice } from "./notice";

export interface CallButtonProps<T> extends Omit<ButtonProps, "onClick" | "isBusy"> {
  call: () => Promise<T>;
  onSuccess?: (answer: T) => unknown;
  /** The button stays busy until this has ended, too. */
  onSettled?: () => unknown;
}

/**
 * Calls the API, and is busy until the answer is on the screen. A notice says why a call failed.
 */
export function CallButton<T>({ call, onSuccess, onSettled, ...props }: CallButtonProps<T>) {
  const onError = useFailureNotice();
  const { mutate, isPending } = useMutation({
    mutationFn: call,
    onSuccess: (answer) => onSuccess?.(answer),
    onError,
    onSettled: () => onSettled?.(),
  });
  return <Button {...props} isBusy={isPending} onClick={() => mutate()} />;
}
