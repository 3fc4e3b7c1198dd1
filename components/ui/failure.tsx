"use client";

import { useTranslations } from "next-intl";
import { useCallback } from "react";
import { ConnectionError } from "@/lib/web/client";

/**
 * Returns a function that says why a call of the API failed: in the API's words, or that no answer
 * came. The browser's message ("Failed to fetch") would not help a user.
 */
export function useFailureText(): (error: Error) => string {
  const t = useTranslations("app");
  return useCallback((error) => (error instanceof ConnectionError ? t("no_answer") : error.message), [t]);
}

/** Says within a form why its call failed. */
export function Failure({ error }: { error: Error | null }) {
  const textOf = useFailureText();
  if (!error) return null;
  return (
    <p role="alert" className="rounded-md bg-bad-wash px-3 py-2 text-bad">
      {textOf(error)}
    </p>
  );
}
