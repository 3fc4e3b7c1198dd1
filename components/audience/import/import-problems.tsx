"use client";

import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { useMay } from "@/components/shell/me";
import { ButtonLink } from "@/components/ui/button";
import type { Import, ImportFile, ImportReview } from "@/lib/contract/audience/import";

interface ImportProblemsProps {
  job: Import;
  file: ImportFile;
  review: ImportReview;
}

/**
 * The rejected rows and the rows with warnings: first how many of each kind, then the first ones.
 */
export function ImportProblems({ job, file, review }: ImportProblemsProps) {
  const t = useTranslations("import");
  const mayExport = useMay("audience:export");
  if (review.to_reject === 0 && job.warned === 0) return null;
  return (
    <div className="flex min-w-0 flex-col gap-6">
      {review.to_reject > 0 && (
        <Problems
          title={t("rejected_rows", { count: review.to_reject })}
          tallies={file.errors}
          rows={review.rejected}
        >
          {mayExport && (
            <ButtonLink
              variant="quiet"
              href={`/api/v1/imports/${job.id}/errors.csv`}
              prefetch={false}
              download
              className="-ml-2 self-start"
            >
              <Download size={15} aria-hidden />
              {t("errors")}
            </ButtonLink>
          )}
        </Problems>
      )}
      {job.warned > 0 && (
        <Problems
          title={t(`warned_rows.${job.kind}`, { count: job.warned })}
          tallies={file.warnings}
          rows={review.warned}
        />
      )}
    </div>
  );
}

interface ProblemsProps {
  title: string;
  tallies: ImportFile["errors"];
  rows: ImportReview["rejected"];
  children?: React.ReactNode;
}

function Problems({ title, tallies, rows, children }: ProblemsProps) {
  const t = useTranslations("import");
  return (
    <section aria-label={title} className="flex min-w-0 flex-col gap-2">
      <h3 className="font-semibold">{title}</h3>
      {tallies.length > 1 && (
        <ul className="list-disc pl-5 text-soft">
          {tallies.map(({ code, detail, count }) => (
            <li key={code}>
              {t("rows", { count })}: {detail}
            </li>
          ))}
        </ul>
      )}
      <ul className="divide-y divide-line rounded-card border border-line bg-surface">
        {rows.map(({ line, problems }) => (
          <li key={line} className="flex flex-wrap gap-x-4 gap-y-1 px-3.5 py-2.5">
            <span className="min-w-20 font-medium tabular-nums">{t("line", { line })}</span>
            <ul className="flex min-w-0 flex-1 basis-64 flex-col gap-1">
              {problems.map(({ code, detail, column, value }) => (
                <li key={`${code} ${column}`} className="break-words">
                  {value && (
                    <span className="font-medium">
                      {column && `${column}: `}
                      {value}
                      {" — "}
                    </span>
                  )}
                  <span className="text-soft">{detail}</span>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      {children}
    </section>
  );
}
