"use client";

import dynamic from "next/dynamic";
import { useRef } from "react";
import type { DialogProps } from "./dialog-window";

const DialogWindow = dynamic(() => import("./dialog-window"), { ssr: false });

/**
 * Asks before an action. It loads when it first opens, and stays mounted so that it can close
 * itself.
 */
export function ConfirmDialog(props: DialogProps) {
  const wasOpened = useRef(false);
  wasOpened.current ||= props.isOpen;
  return wasOpened.current ? <DialogWindow {...props} /> : null;
}
