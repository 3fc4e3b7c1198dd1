"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { Aria } from "./aria";
import { Button } from "./button";

export interface DialogProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
  /** The action. Without one the dialog only has a button to close it. */
  confirm?:
    | { label: string; run: () => void; isDanger?: boolean; isDisabled?: boolean; isPending?: boolean }
    | undefined;
  cancel?: string;
}

/** Asks before an action. Escape and the first button cancel it. */
export default function DialogWindow({ title, isOpen, onClose, children, confirm, cancel }: DialogProps) {
  const t = useTranslations("app");
  return (
    <Aria>
      <ModalOverlay
        isOpen={isOpen}
        onOpenChange={(open) => !open && onClose()}
        isDismissable
        className="fixed inset-0 z-40 grid grid-cols-[minmax(0,1fr)] place-items-end bg-black/45 sm:place-items-center sm:p-6"
      >
        <Modal className="w-full sm:max-w-lg">
          <AriaDialog
            role="alertdialog"
            className="flex max-h-[92dvh] flex-col gap-4 overflow-auto rounded-t-2xl border border-line bg-surface p-5 shadow-pop outline-none sm:rounded-2xl sm:p-6"
          >
            <Heading slot="title" className="font-semibold text-lg leading-snug">
              {title}
            </Heading>
            {children}
            <div className="flex flex-wrap justify-end gap-2 pt-1">
              <Button onClick={onClose}>{cancel ?? t("cancel")}</Button>
              {confirm && (
                <Button
                  variant={confirm.isDanger ? "danger" : "primary"}
                  disabled={confirm.isDisabled}
                  isBusy={confirm.isPending ?? false}
                  onClick={confirm.run}
                >
                  {confirm.label}
                </Button>
              )}
            </div>
          </AriaDialog>
        </Modal>
      </ModalOverlay>
    </Aria>
  );
}
