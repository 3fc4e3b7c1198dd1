"use client";

import { useMutation } from "@tanstack/react-query";
import { Button, type ButtonProps } from "./button";
import { useFailureNotice } from "./notice";

export interface CallButtonProps<T> extends Omit<ButtonProps, "onClick" | "isBusy"> {
  call: () => Promise<T>;
  onSuccess?: (answer: T) => unknown;
  /** What it waits for is part of the call: it is busy until then. */
  onSettled?: () => unknown;
}

/**
 * A button that calls the API: busy until the answer is on the screen. Why it failed is said in
 * passing.
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
