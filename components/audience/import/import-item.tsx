"use client";

import { CircleCheck, CircleDashed, CircleX, Undo2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useReason } from "@/components/audience/use-reason";
import { Instant, useViewerZone } from "@/components/ui/use-zoned";
import type { Import } from "@/lib/contract/audience/import";
import { ImportActions } from "./import-actions";

interface ImportItemProps {
  job: Import;
  isResuming: boolean;
  onResume: () => void;
}

/** One import of the history: its progress, its result and its actions. */
export function ImportItem({ job, isResuming, onResume }: ImportItemProps) {
  const t = useTranslations("import");
  const timeZone = useViewerZone() ?? "UTC";
  const reason = useReason(job.error);
  const { status, stage, rows } = job;
  // An unreadable file has no rows to count.
  const isRead = status !== "failed" || rows > 0;
  return (
    <li className="flex flex-col gap-1.5 px-4 py-3">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-0.5">
        <strong className="wrap-anywhere min-w-0 font-medium">{job.file_name ?? t("unnamed")}</strong>
        <span className="text-soft">
          <Instant at={job.created_at} zone={timeZone} />
        </span>
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <span role="status" className="flex items-center gap-2">
          <StateIcon status={status} />
          {stage ? t(`stage.${stage}`) : t(`state.${status}`)}
        </span>
        {job.kind === "opt_outs" && <span className="text-soft">{t("kind_is.opt_outs")}</span>}
        {isRead && <span>{t("rows", { count: rows })}</span>}
        {isRead && <Figures job={job} />}
      </div>
      {status === "running" && (
        <span className="h-1 overflow-hidden rounded-full bg-raised" aria-hidden>
          <span className="block h-full w-full animate-pulse rounded-full bg-busy" />
        </span>
      )}
      {reason && <p className="text-bad">{reason}</p>}
      {status === "undone" && (
        <p className="text-soft">
          {t(job.kept > 0 ? "undone_kept" : "undone_all", { undone: job.undone, kept: job.kept })}
        </p>
      )}
      {status !== "running" && <ImportActions job={job} isResuming={isResuming} onResume={onResume} />}
    </li>
  );
}

function StateIcon({ status }: { status: Import["status"] }) {
  if (status === "completed") return <CircleCheck size={16} className="text-good" aria-hidden />;
  if (status === "failed") return <CircleX size={16} className="text-bad" aria-hidden />;
  if (status === "undone") return <Undo2 size={16} className="text-soft" aria-hidden />;
  if (status === "reviewed") return <CircleDashed size={16} className="text-warn" aria-hidden />;
  return <span className="size-2.5 animate-pulse rounded-full bg-busy" aria-hidden />;
}

/** What the import has done so far. While it waits for a review, we only know its problems. */
function Figures({
  job: { status, kind, created, updated, merged, warned, rejected, opted_out },
}: {
  job: Import;
}) {
  const t = useTranslations("import");
  const isApplied = status !== "reviewed";
  return (
    <span className="flex flex-wrap gap-x-4 text-soft">
      {isApplied && kind === "recipients" && <span>{t("created", { count: created })}</span>}
      {isApplied && kind === "recipients" && <span>{t("updated", { count: updated })}</span>}
      {merged > 0 && <span>{t("merged", { count: merged })}</span>}
      {(opted_out > 0 || (isApplied && kind === "opt_outs")) && (
        <span>{t("opted_out", { count: opted_out })}</span>
      )}
      {warned > 0 && <span className="text-warn">{t("warned", { count: warned })}</span>}
      <span className={rejected > 0 ? "text-bad" : ""}>{t("rejected", { count: rejected })}</span>
    </span>
  );
}
