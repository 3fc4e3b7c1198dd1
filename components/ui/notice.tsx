"use client";

import { useQueryClient } from "@tanstack/react-query";
import { TriangleAlert, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from "react";
import { ConnectionError } from "@/lib/web/client";
import { Button } from "./button";
import { useFailureText } from "./failure";

interface Notice {
  text: string;
  tone?: "good" | "bad";
  action?: { label: string; run: () => void };
  /**
   * The notice is about the connection. It goes when the connection is back, but not before the
   * user could read it.
   */
  isOffline?: boolean;
}

const NoticeContext = createContext<(notice: Notice) => void>(() => {});
const SHOWN_MS = 8_000;

/** Shows a notice at the bottom, which screen readers announce; perhaps with an undo. */
export const useNotice = () => useContext(NoticeContext);

/** Returns a function that shows why a call of the API failed. */
export function useFailureNotice() {
  const textOf = useFailureText();
  const notify = useNotice();
  return useCallback(
    (error: Error) =>
      notify({ text: textOf(error), tone: "bad", isOffline: error instanceof ConnectionError }),
    [textOf, notify],
  );
}

export function NoticeProvider({ children }: { children: ReactNode }) {
  const t = useTranslations("app");
  const [notice, setNotice] = useState<Notice & { id: number }>();
  const show = useCallback((next: Notice) => setNotice({ ...next, id: Date.now() }), []);
  useEffect(() => {
    // An error stays until the user closes it.
    if (!notice || notice.tone === "bad") return;
    const timer = setTimeout(() => setNotice(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [notice]);
  const client = useQueryClient();
  useEffect(() => {
    if (!notice?.isOffline) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    // Any answer proves that the connection is back. A poll of the page may get one at once.
    const unsubscribe = client.getQueryCache().subscribe((event) => {
      if (event.type === "updated" && event.action.type === "success")
        timer ??= setTimeout(() => setNotice(undefined), notice.id + SHOWN_MS - Date.now());
    });
    return () => {
      unsubscribe();
      clearTimeout(timer);
    };
  }, [notice, client]);
  return (
    <NoticeContext value={show}>
      {children}
      <div
        role="status"
        // An open dialog does not make the notice inert.
        data-react-aria-top-layer="true"
        aria-live="polite"
        className="pointer-events-none fixed inset-x-0 bottom-16 z-50 flex justify-center px-4 md:bottom-6 max-md:[body:has([role=alertdialog],[role=dialog])_&]:top-2 max-md:[body:has([role=alertdialog],[role=dialog])_&]:bottom-auto"
      >
        {notice && (
          <div className="pointer-events-auto flex max-w-md items-center gap-3 rounded-card bg-ink px-4 py-2.5 text-ground shadow-pop">
            {notice.tone === "bad" && <TriangleAlert size={16} className="shrink-0" aria-hidden />}
            <span>{notice.text}</span>
            {notice.action && (
              <button
                type="button"
                className="font-semibold underline underline-offset-2"
                onClick={() => {
                  notice.action?.run();
                  setNotice(undefined);
                }}
              >
                {notice.action.label}
              </button>
            )}
            <Button
              variant="bare"
              aria-label={t("dismiss")}
              onClick={() => setNotice(undefined)}
              className="text-ground"
            >
              <X size={16} aria-hidden />
            </Button>
          </div>
        )}
      </div>
    </NoticeContext>
  );
}
