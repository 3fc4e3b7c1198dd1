"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { Button } from "./button";

interface DialogProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
  /** What is done; the other way out is always there. */
  confirm: { label: string; run: () => void; isDanger?: boolean; isDisabled?: boolean; isPending?: boolean };
  cancel?: string;
}

/** Asks before something is done. Escape and the first button do nothing. */
export function ConfirmDialog({ title, isOpen, onClose, children, confirm, cancel }: DialogProps) {
  const t = useTranslations("app");
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable
      className="fixed inset-0 z-40 grid place-items-end bg-black/45 sm:place-items-center sm:p-6"
    >
      <Modal className="w-full sm:max-w-lg">
        <AriaDialog
          role="alertdialog"
          className="flex max-h-[92dvh] flex-col gap-4 overflow-auto rounded-t-2xl bg-surface p-5 shadow-pop outline-none sm:rounded-2xl sm:p-6"
        >
          <Heading slot="title" className="font-semibold text-lg leading-snug">
            {title}
          </Heading>
          {children}
          <div className="flex flex-wrap justify-end gap-2 pt-1">
            <Button onPress={onClose}>{cancel ?? t("cancel")}</Button>
            <Button
              variant={confirm.isDanger ? "danger" : "primary"}
              isDisabled={confirm.isDisabled || confirm.isPending}
              onPress={confirm.run}
            >
              {confirm.label}
            </Button>
          </div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
