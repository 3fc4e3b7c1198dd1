"use client";

import { useQuery } from "@tanstack/react-query";
import { FileUp } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import type { Import } from "@/lib/contract/audience/import";
import { importsQuery } from "@/lib/web/queries";
import { ImportFailure } from "./import-failure";
import type { ImportCheck } from "./use-import-check";

interface ImportFileStepProps {
  wizard: ImportCheck;
  onChosen: () => void;
}

/** The first step: choose the country of the numbers, and the file. */
export function ImportFileStep({
  wizard: { asked, isPending, error, check, leave, cancel },
  onChosen,
}: ImportFileStepProps) {
  const t = useTranslations("import");
  const input = useRef<HTMLInputElement>(null);
  const [kind, setKind] = useState<Import["kind"]>("recipients");
  const [isOver, setOver] = useState(false);

  function take(file: File | undefined) {
    if (!file) return;
    onChosen();
    void check(file, { kind, mode: "add" });
    // So that the user can choose the same file again.
    if (input.current) input.current.value = "";
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, for a file that was chosen before the page had come to life.
  useEffect(() => take(input.current?.files?.[0]), []);

  return (
    <div className="flex flex-col gap-3">
      {asked ? (
        <div className="flex min-h-64 flex-col gap-3 rounded-card border border-line bg-surface p-4 sm:p-5">
          <strong className="break-all font-semibold">{asked.file.name}</strong>
          {isPending ? (
            <UploadState fileName={asked.file.name} onCancel={cancel} />
          ) : (
            <>
              <ImportFailure error={error} />
              <div className="flex flex-wrap gap-2">
                <Button variant="primary" onClick={() => void check(asked.file, asked.options)}>
                  {t("try_again")}
                </Button>
                <Button onClick={() => leave()}>{t("again")}</Button>
              </div>
            </>
          )}
        </div>
      ) : (
        // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the button does the same.
        <div
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(event) => {
            event.preventDefault();
            setOver(false);
            take(event.dataTransfer.files[0]);
          }}
          className={`flex flex-col items-center gap-4 rounded-card border border-dashed px-4 py-8 sm:px-6 ${isOver ? "border-accent bg-accent-wash" : "border-line-strong/60 bg-surface"}`}
        >
          <KindChoice kind={kind} onChange={setKind} />
          <div className="flex flex-col items-center gap-2 text-center">
            <FileUp size={26} className="text-accent" aria-hidden />
            <Button variant="primary" onClick={() => input.current?.click()}>
              {t("choose")}
            </Button>
            <p className="text-[0.9rem] text-soft">{t("drop")}</p>
          </div>
          <p className="max-w-xl text-center text-[0.9rem] text-soft">
            {t(kind === "opt_outs" ? "hint_opt_outs" : "hint")}
          </p>
        </div>
      )}
      <input
        ref={input}
        type="file"
        accept=".csv,.txt,.tsv,.xlsx,text/csv,text/plain"
        aria-label={t("choose")}
        tabIndex={-1}
        onChange={(event) => take(event.target.files?.[0])}
        className="sr-only"
      />
    </div>
  );
}

function KindChoice({ kind, onChange }: { kind: Import["kind"]; onChange: (kind: Import["kind"]) => void }) {
  const t = useTranslations("import");
  return (
    <fieldset className="flex flex-wrap justify-center gap-x-6 gap-y-3">
      <legend className="mb-2 w-full text-center font-medium">{t("kind")}</legend>
      {(["recipients", "opt_outs"] as const).map((id) => (
        <label key={id} className="flex max-w-72 items-baseline gap-2">
          <input type="radio" name="kind" checked={kind === id} onChange={() => onChange(id)} />
          <span>
            {t(`kind_is.${id}`)}
            <span className="block text-[0.9rem] text-soft">{t(`kind_means.${id}`)}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** How far the upload is. */
function UploadState({ fileName, onCancel }: { fileName: string; onCancel: (hasArrived: boolean) => void }) {
  const t = useTranslations("import");
  const imports = useQuery({ ...importsQuery, refetchInterval: 1_000 });
  const job = imports.data?.items.find((one) => one.file_name === fileName && one.status === "running");
  const hasArrived = job?.stage === "waiting" || job?.stage === "reading";
  return (
    <>
      <p role="status" className="text-soft">
        {job?.stage === "waiting"
          ? t("stage.waiting")
          : job?.stage === "reading"
            ? t("reading_rows", { count: job.rows })
            : t("uploading")}
      </p>
      <span className="h-1 overflow-hidden rounded-full bg-raised" aria-hidden>
        <span className="block h-full w-full animate-pulse rounded-full bg-busy" />
      </span>
      <Button className="self-start" onClick={() => onCancel(hasArrived)}>
        {t("cancel")}
      </Button>
    </>
  );
}
