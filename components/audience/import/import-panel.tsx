"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { ListSkeleton } from "@/components/ui/list-states";
import { useFailureNotice } from "@/components/ui/notice";
import { ZoneNote } from "@/components/ui/use-zoned";
import type { Import } from "@/lib/contract/audience/import";
import { call } from "@/lib/web/client";
import { importsQuery, type Page } from "@/lib/web/queries";
import { refreshQueries } from "@/lib/web/refresh";
import { ImportFileStep } from "./import-file-step";
import { ImportHistory } from "./import-history";
import { useImportCheck } from "./use-import-check";

const loadReview = () => import("./import-review");
const ImportReview = dynamic(() => loadReview().then((module) => module.ImportReview), {
  ssr: false,
  loading: () => <ListSkeleton />,
});

/**
 * Imports recipients from a file: choose it, check it, import it. The history of all imports
 * follows below.
 */
export function ImportPanel() {
  const t = useTranslations("import");
  const client = useQueryClient();
  const wizard = useImportCheck();
  const { checked, asked } = wizard;
  const history = useRef<HTMLHeadingElement>(null);
  const fileStep = useRef<HTMLHeadingElement>(null);
  const wasOpen = useRef(false);
  const isOpen = checked !== undefined;
  /** Where the user goes on after the review: with a new file, or with what was imported. */
  const next = useRef(fileStep);
  useEffect(() => {
    if (wasOpen.current && !isOpen) next.current.current?.focus();
    next.current = fileStep;
    wasOpen.current = isOpen;
  }, [isOpen]);

  function applied(job: Import) {
    client.setQueryData<Page<Import>>(
      importsQuery.queryKey,
      (page) => page && { ...page, items: page.items.map((one) => (one.id === job.id ? job : one)) },
    );
    void refreshQueries(client, importsQuery.queryKey);
    next.current = history;
    wizard.leave(true);
  }

  const resume = useMutation({
    mutationFn: (id: string) => call<Import>("GET", `imports/${id}/`),
    onSuccess: wizard.resume,
    onError: useFailureNotice(),
  });

  return (
    <div className="flex flex-col gap-7">
      {checked ? (
        <ImportReview checked={checked} wizard={wizard} onApplied={applied} />
      ) : (
        <section aria-labelledby="import" className="flex min-w-0 flex-col gap-3">
          <h2 id="import" ref={fileStep} tabIndex={-1} className="outline-none">
            {t("title")}
          </h2>
          <ImportFileStep wizard={wizard} onChosen={() => void loadReview()} />
        </section>
      )}
      {/* The history would be pushed about by the file that is under way. */}
      <section
        aria-labelledby="imports"
        hidden={isOpen || asked !== undefined}
        className="flex min-w-0 flex-col gap-3"
      >
        <div className="flex flex-wrap items-baseline gap-x-4">
          <h2 id="imports" ref={history} tabIndex={-1} className="outline-none">
            {t("history")}
          </h2>
          <ZoneNote />
        </div>
        <ImportHistory
          resuming={resume.isPending ? resume.variables : undefined}
          onResume={({ id }) => resume.mutate(id)}
        />
      </section>
    </div>
  );
}
