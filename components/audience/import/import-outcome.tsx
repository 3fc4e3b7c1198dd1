"use client";

import { useQuery } from "@tanstack/react-query";
import { useFormatter, useTranslations } from "next-intl";
import type { Import, ImportFile, ImportReview } from "@/lib/contract/audience/import";
import { operatorsQuery } from "@/lib/web/queries";
import { ImportChanges } from "./import-changes";

type FigureName = keyof ImportReview & `to_${string}`;

interface ImportOutcomeProps {
  job: Import;
  file: ImportFile;
  review: ImportReview;
}

/** What importing the file would do, in figures. */
export function ImportOutcome({ job, file, review }: ImportOutcomeProps) {
  const t = useTranslations("import");
  const operators = useQuery(operatorsQuery);
  const nameOf = (code: string) => operators.data?.find((one) => one.code === code)?.name ?? code;
  const isList = job.kind === "opt_outs";
  // A list of opt-outs creates no recipients.
  const figures: FigureName[] = [
    ...(isList ? [] : (["to_create", "to_update"] as const)),
    "to_merge",
    "to_reject",
    "to_opt_out",
  ];
  return (
    <section aria-labelledby="outcome" className="flex min-w-0 flex-col gap-4">
      <h3 id="outcome" className="font-semibold">
        {t("outcome")}
      </h3>
      <dl className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-5">
        {figures.map((name) => (
          <Figure key={name} name={name} count={review[name]} />
        ))}
      </dl>
      {!isList && file.operators.length > 0 && (
        <Names
          label={t("operators")}
          names={file.operators.map(({ name, count }) => ({ name: nameOf(name), count }))}
        />
      )}
      {file.timezones.length > 0 && <Names label={t("timezones")} names={file.timezones} />}
      {file.new_tags.length > 0 && (
        <p>
          <span className="text-soft">{t("new_tags", { count: file.new_tags.length })}</span>{" "}
          {file.new_tags.join(", ")}
        </p>
      )}
      {review.changes.length > 0 && <ImportChanges changes={review.changes} />}
    </section>
  );
}

function Figure({ name, count }: { name: FigureName; count: number }) {
  const t = useTranslations("import");
  const format = useFormatter();
  const isBad = name === "to_reject" && count > 0;
  return (
    <div className="flex flex-col rounded-card border border-line bg-surface px-3.5 py-2.5">
      <dt className="text-[0.9rem] text-soft">{t(`figure.${name}`)}</dt>
      <dd className={`font-semibold text-xl tabular-nums ${isBad ? "text-bad" : ""}`}>
        {format.number(count)}
      </dd>
    </div>
  );
}

function Names({ label, names }: { label: string; names: ImportFile["operators"] }) {
  const format = useFormatter();
  return (
    <p>
      <span className="text-soft">{label}</span>{" "}
      {names.map(({ name, count }) => `${name} — ${format.number(count)}`).join(", ")}
    </p>
  );
}
