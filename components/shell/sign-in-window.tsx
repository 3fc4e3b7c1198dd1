"use client";

import { useTranslations } from "next-intl";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { Aria } from "@/components/ui/aria";
import { SignInForm } from "./sign-in-form";

export default function SignInWindow({ email, onSignedIn }: { email: string; onSignedIn: () => void }) {
  const t = useTranslations("access");
  return (
    <Aria>
      <ModalOverlay
        isOpen
        isKeyboardDismissDisabled
        className="fixed inset-0 z-50 grid place-items-end bg-black/45 sm:place-items-center sm:p-6"
      >
        <Modal className="w-full sm:max-w-sm">
          <Dialog className="flex flex-col gap-4 rounded-t-2xl bg-surface p-5 shadow-pop outline-none sm:rounded-2xl sm:p-6">
            <Heading slot="title" className="font-semibold text-lg leading-snug">
              {t("over")}
            </Heading>
            <p className="text-soft">{t("over_explain")}</p>
            <SignInForm email={email} onSignedIn={onSignedIn} />
          </Dialog>
        </Modal>
      </ModalOverlay>
    </Aria>
  );
}
