"use client";

import { useTranslations } from "next-intl";
import { ProblemError } from "@/lib/web/client";

/** Why the server refused the file, or that no answer came. */
export function ImportFailure({ error }: { error: Error | null }) {
  const t = useTranslations("import");
  if (!error) return null;
  return (
    <p role="alert" className="rounded-md bg-bad-wash px-3 py-2 text-bad">
      {error instanceof ProblemError
        ? (error.problem.errors?.map(({ detail }) => detail).join(" ") ?? error.message)
        : t("not_uploaded")}
    </p>
  );
}
