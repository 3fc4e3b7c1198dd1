"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { Aria } from "@/components/ui/aria";
import { Button } from "@/components/ui/button";

export interface FormDialogProps {
  title: string;
  onClose: () => void;
  onSubmit: () => void;
  isPending: boolean;
  /** An error that belongs to no field. */
  error?: string | undefined;
  /** The label of the button. */
  submit?: string;
  children: ReactNode;
}

/**
 * A form in a dialog. Escape closes it, and asks first when something was typed. A click outside
 * does not close it.
 */
export function FormDialog({
  title,
  onClose,
  onSubmit,
  isPending,
  error,
  submit,
  children,
}: FormDialogProps) {
  const t = useTranslations("audience");
  const app = useTranslations("app");
  const [isTouched, setTouched] = useState(false);
  const [isAsking, setAsking] = useState(false);
  return (
    <Aria>
      <ModalOverlay
        isOpen
        onOpenChange={(open) => !open && (isTouched ? setAsking(true) : onClose())}
        className="fixed inset-0 z-40 grid grid-cols-[minmax(0,1fr)] place-items-end bg-black/45 sm:place-items-center sm:p-6"
      >
        <Modal className="w-full sm:max-w-lg">
          <Dialog className="rounded-t-2xl border border-line bg-surface shadow-pop outline-none sm:rounded-2xl">
            <form
              noValidate
              onInput={() => setTouched(true)}
              onSubmit={(event) => {
                event.preventDefault();
                onSubmit();
              }}
              className="flex max-h-[92dvh] flex-col"
            >
              <Heading
                slot="title"
                className="px-5 pt-5 pb-3 font-semibold text-lg leading-snug sm:px-6 sm:pt-6"
              >
                {title}
              </Heading>
              <div className="flex min-h-0 flex-col gap-4 overflow-auto px-5 pt-1 pb-5 sm:px-6">
                {children}
                {error && (
                  <p role="alert" className="rounded-md bg-bad-wash px-3 py-2 text-bad">
                    {error}
                  </p>
                )}
              </div>
              {isAsking && (
                <div
                  role="alert"
                  className="flex flex-wrap items-center gap-2 bg-warn-wash px-5 py-2.5 text-warn sm:px-6"
                >
                  <span className="mr-auto">{app("discard_question")}</span>
                  <Button className="text-ink" onClick={() => setAsking(false)}>
                    {app("discard_no")}
                  </Button>
                  <Button variant="danger" onClick={onClose}>
                    {app("discard")}
                  </Button>
                </div>
              )}
              <div className="flex flex-wrap justify-end gap-2 border-line border-t px-5 py-3.5 sm:px-6">
                <Button onClick={onClose}>{app("cancel")}</Button>
                <Button type="submit" variant="primary" isBusy={isPending}>
                  {submit ?? t("save")}
                </Button>
              </div>
            </form>
          </Dialog>
        </Modal>
      </ModalOverlay>
    </Aria>
  );
}
