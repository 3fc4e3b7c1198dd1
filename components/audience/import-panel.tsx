"use client";

import { useTranslations } from "next-intl";
import { ZoneNote } from "@/components/ui/use-zoned";
import { ImportForm } from "./import-form";
import { ImportHistory } from "./import-history";

/** Brings recipients in from a file, and shows what became of every file so far. */
export function ImportPanel() {
  const t = useTranslations("import");
  return (
    <div className="flex flex-col gap-7">
      <section aria-labelledby="import" className="flex min-w-0 flex-col gap-3">
        <h2 id="import">{t("title")}</h2>
        <ImportForm />
      </section>
      <section aria-labelledby="imports" className="flex min-w-0 flex-col gap-3">
        <div className="flex flex-wrap items-baseline gap-x-4">
          <h2 id="imports">{t("history")}</h2>
          <ZoneNote />
        </div>
        <ImportHistory />
      </section>
    </div>
  );
}
