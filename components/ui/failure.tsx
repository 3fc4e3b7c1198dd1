"use client";

import { useTranslations } from "next-intl";
import { useCallback } from "react";
import { ConnectionError } from "@/lib/web/client";

/**
 * Returns a function that tells why a call of the API failed: in the API's own words, or that no
 * answer came. The browser's own words ("Failed to fetch") say nothing to a user.
 */
export function useFailureText(): (error: Error) => string {
  const t = useTranslations("app");
  return useCallback((error) => (error instanceof ConnectionError ? t("no_answer") : error.message), [t]);
}

/** Why a form's call failed, in the form. */
export function Failure({ error }: { error: Error | null }) {
  const textOf = useFailureText();
  if (!error) return null;
  return (
    <p role="alert" className="rounded-md bg-bad-wash px-3 py-2 text-bad">
      {textOf(error)}
    </p>
  );
}
