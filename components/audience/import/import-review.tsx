"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { useReason } from "@/components/audience/use-reason";
import { Button } from "@/components/ui/button";
import type { Import } from "@/lib/contract/audience/import";
import { call } from "@/lib/web/client";
import { isFirstRowAsked } from "./columns";
import { ImportColumns } from "./import-columns";
import { ImportFailure } from "./import-failure";
import { ImportOutcome } from "./import-outcome";
import { ImportProblems } from "./import-problems";
import { ImportSettings } from "./import-settings";
import { ImportUnsure } from "./import-unsure";
import type { Checked, CheckOptions, ImportCheck } from "./use-import-check";

interface ImportReviewProps {
  checked: Checked;
  wizard: ImportCheck;
  onApplied: (job: Import) => void;
}

/**
 * The second step: how the server read the file, and what the import would do. Nothing is written
 * before the user presses the last button.
 */
export function ImportReview({ checked, wizard, onApplied }: ImportReviewProps) {
  const t = useTranslations("import");
  const heading = useRef<HTMLHeadingElement>(null);
  const { job, ask } = checked;
  const { file, review, kind } = job;
  useEffect(() => heading.current?.focus(), []);

  const apply = useMutation({
    mutationFn: () => call<Import>("POST", `imports/${job.id}/apply/`),
    onSuccess: onApplied,
  });
  // After two changes in a row the second one adds to what the first one asked for.
  const base = ask && wizard.isPending ? wizard.asked : ask;
  const change =
    base &&
    ((options: Partial<CheckOptions>) => void wizard.check(base.file, { ...base.options, ...options }));
  const options = base?.options;
  const count =
    review === null ? 0 : kind === "opt_outs" ? review.to_opt_out : review.to_create + review.to_update;
  const isUnsure = file?.is_encoding_sure === false;
  const obstacle =
    file && ask && isFirstRowAsked(file, ask.options)
      ? t("obstacle.first_row")
      : file?.faults.length
        ? t("obstacle.columns")
        : isUnsure
          ? t(ask ? "obstacle.encoding" : "obstacle.encoding_gone")
          : count === 0
            ? t("obstacle.nobody")
            : null;

  return (
    <section aria-labelledby="check" className="flex min-w-0 flex-col gap-5">
      <div className="flex flex-col gap-1">
        <h2 id="check" ref={heading} tabIndex={-1} className="outline-none">
          {t("check")}
        </h2>
        <p className="flex flex-wrap items-baseline gap-x-3">
          {job.file_name && <strong className="break-all font-semibold">{job.file_name}</strong>}
          <span className="text-soft">
            {t(`kind_is.${kind}`)}
            {review && ` · ${t("rows", { count: job.rows })}`}
          </span>
        </p>
        {!ask && <p className="text-soft">{t("file_gone")}</p>}
      </div>
      {file ? (
        <div aria-busy={wizard.isPending} className="flex min-w-0 flex-col gap-6">
          {isUnsure && <ImportUnsure file={file} isLocked={wizard.isPending} onChange={change} />}
          <ImportSettings checked={checked} file={file} asked={options} onChange={change} />
          <ImportColumns
            file={file}
            options={ask?.options}
            asked={options}
            isPending={wizard.isPending}
            onChange={change}
          />
          {review && <ImportOutcome job={job} file={file} review={review} />}
          {review && <ImportProblems job={job} file={file} review={review} />}
        </div>
      ) : (
        <FailedReading job={job} />
      )}
      <ImportFailure error={wizard.error ?? apply.error} />
      <div className="flex flex-col gap-2 border-line border-t pt-4">
        {obstacle && (
          <p id="obstacle" className="text-bad">
            {obstacle}
          </p>
        )}
        <div className="flex flex-wrap items-center gap-2">
          <Button
            variant="primary"
            disabled={obstacle !== null || !review}
            aria-describedby={obstacle ? "obstacle" : undefined}
            isBusy={apply.isPending || wizard.isPending}
            onClick={() => apply.mutate()}
          >
            {wizard.isPending ? t("checking") : t(`apply.${kind}`, { count })}
          </Button>
          <Button disabled={apply.isPending} onClick={() => wizard.leave()}>
            {t(ask ? "again" : "discard")}
          </Button>
          {!ask && (
            <Button variant="quiet" disabled={apply.isPending} onClick={() => wizard.leave(true)}>
              {t("later")}
            </Button>
          )}
        </div>
      </div>
    </section>
  );
}

/** The import failed before we knew what the file is. */
function FailedReading({ job }: { job: Import }) {
  const t = useTranslations("import");
  const reason = useReason(job.error);
  return <p className="text-bad">{reason ?? t("state.failed")}</p>;
}
