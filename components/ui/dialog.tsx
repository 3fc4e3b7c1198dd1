"use client";

import dynamic from "next/dynamic";
import { useRef } from "react";
import type { DialogProps } from "./dialog-window";

const DialogWindow = dynamic(() => import("./dialog-window"), { ssr: false });

/**
 * Asks before something is done. Loaded when it is first opened, and kept so that it can close
 * itself.
 */
export function ConfirmDialog(props: DialogProps) {
  const wasOpened = useRef(false);
  wasOpened.current ||= props.isOpen;
  return wasOpened.current ? <DialogWindow {...props} /> : null;
}
