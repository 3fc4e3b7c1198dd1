"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, CircleX, Download } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { useMay } from "@/components/shell/me";
import { ButtonLink } from "@/components/ui/button";
import { EmptyList, ListSkeleton, Unreadable } from "@/components/ui/list-states";
import { Instant, useViewerZone } from "@/components/ui/use-zoned";
import type { Import } from "@/lib/contract/audience/import";
import type { Locale } from "@/lib/contract/texts";
import { importsQuery } from "@/lib/web/queries";

/** Every import, the running ones as they go: the list is the server's, so it is there after a reload too. */
export function ImportHistory() {
  const t = useTranslations("import");
  const client = useQueryClient();
  const imports = useQuery(importsQuery);
  const items = imports.data?.items;
  const running = items?.filter(({ status }) => status === "running").length;
  useEffect(() => {
    // What has ended has changed the audience and its tags.
    if (running === 0) for (const key of ["recipients", "tags"]) void client.invalidateQueries({ queryKey: [key] });
  }, [running, client]);
  if (imports.isError && !items) return <Unreadable onRetry={() => imports.refetch()} />;
  if (!items) return <ListSkeleton />;
  if (items.length === 0) return <EmptyList text={t("none")} />;
  return (
    <ul className="divide-y divide-line rounded-card border border-line bg-surface">
      {items.map((job) => (
        <ImportItem key={job.id} job={job} />
      ))}
    </ul>
  );
}

function ImportItem({ job }: { job: Import }) {
  const t = useTranslations("import");
  const mayExport = useMay("audience:export");
  const timeZone = useViewerZone() ?? "UTC";
  const reason = useReason(job.error);
  const { status, rows, created, updated, rejected } = job;
  return (
    <li className="flex flex-col gap-1.5 px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <span role="status" className="flex min-w-36 items-center gap-2 font-medium">
          {status === "completed" ? (
            <CircleCheck size={16} className="text-good" aria-hidden />
          ) : status === "failed" ? (
            <CircleX size={16} className="text-bad" aria-hidden />
          ) : (
            <span className="size-2.5 animate-pulse rounded-full bg-busy" aria-hidden />
          )}
          {t(status)}
        </span>
        {job.file_name && <strong className="break-all font-medium">{job.file_name}</strong>}
        <span className="min-w-28">{t("rows", { count: rows })}</span>
        <span className="flex flex-wrap gap-x-4 text-soft">
          <span>{t("created", { count: created })}</span>
          <span>{t("updated", { count: updated })}</span>
          <span className={rejected > 0 ? "text-bad" : ""}>{t("rejected", { count: rejected })}</span>
        </span>
        <span className="text-soft sm:ml-auto">
          <Instant at={job.created_at} zone={timeZone} />
        </span>
      </div>
      {status === "running" && (
        <span className="h-1 overflow-hidden rounded-full bg-raised" aria-hidden>
          <span className="block h-full w-full animate-pulse rounded-full bg-busy" />
        </span>
      )}
      {reason && <p className="text-bad">{reason}</p>}
      {mayExport && rejected > 0 && status !== "running" && (
        <ButtonLink variant="quiet" href={`/api/v1/imports/${job.id}/errors.csv`} prefetch={false} download className="-ml-2 self-start">
          <Download size={15} aria-hidden />
          {t("errors")}
        </ButtonLink>
      )}
    </li>
  );
}

/** Why an import failed, in words. They are loaded when one has. */
function useReason(error: Import["error"]): string | null {
  const t = useTranslations("import");
  const locale = useLocale() as Locale;
  const [text, setText] = useState<string | null>(null);
  const code = error?.code;
  useEffect(() => {
    if (code) void import("@/lib/contract/texts").then(({ textOf }) => setText(textOf(locale, code)));
  }, [code, locale]);
  return text && error?.line ? `${t("line", { line: error.line })} ${text}` : text;
}
