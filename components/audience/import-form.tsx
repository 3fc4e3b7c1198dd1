"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { FileUp } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import type { Import } from "@/lib/contract/audience/import";
import { call, ProblemError } from "@/lib/web/client";
import { importsQuery, operatorsQuery, type Page } from "@/lib/web/queries";
import { type Column, headerOf } from "./columns";
import { hasBom, withHeader, withoutHeader } from "./csv-head";
import { ImportPreview } from "./import-preview";
import { columnsOf, type OpenedFile, openFile } from "./open-file";

/** Chooses a file, says what its columns are, and sends it. */
export function ImportForm() {
  const t = useTranslations("import");
  const format = useFormatter();
  const client = useQueryClient();
  const operators = useQuery(operatorsQuery);
  const input = useRef<HTMLInputElement>(null);
  const chosen = useRef<OpenedFile>(null);
  const [opened, setOpened] = useState<OpenedFile | null>(null);
  const [columns, setColumns] = useState<Column[]>([]);
  const [error, setError] = useState<string | null>(null);
  const [isOver, setOver] = useState(false);
  /** The file as it is read: a first line that is somebody's is no header. */
  const [readAs, setReadAs] = useState<"rows" | "header" | null>(null);
  const isPhoneNamed = columns.some(({ meaning }) => meaning === "phone");

  const isAsked = opened?.isHeaderDoubtful === true && readAs === null;

  const upload = useMutation({
    mutationFn: async ({ file, head, bytes }: OpenedFile) => {
      const names = headerOf(columns);
      // A file whose columns keep their names goes as it is.
      const isSame = head.headerBytes > 0 && names.every((name, index) => name === head.header[index]);
      const body = isSame ? file : withHeader(file, head, names, hasBom(bytes));
      return call<Import>(
        "POST",
        `recipients/import/?file_name=${encodeURIComponent(file.name.replaceAll(/[\p{Cc}\p{Cs}]/gu, "").slice(0, 200))}`,
        body,
        {
          "content-type": "text/csv",
        },
      );
    },
    onSuccess: (job) => {
      client.setQueryData<Page<Import>>(importsQuery.queryKey, (page) => page && { ...page, items: [job, ...page.items] });
      void client.invalidateQueries({ queryKey: importsQuery.queryKey });
      close();
    },
    onError: (reason) =>
      setError(
        reason instanceof ProblemError
          ? (reason.problem.errors?.map(({ detail }) => detail).join(" ") ?? reason.message)
          : t("not_uploaded"),
      ),
  });

  async function take(file: File | undefined) {
    if (!file) return;
    setError(null);
    const next = await openFile(file);
    chosen.current = next;
    setOpened(next);
    setReadAs(null);
    if (next) setColumns(next.columns);
    else setError(t("not_csv"));
  }
  function answer(readAs: "rows" | "header") {
    if (!chosen.current) return;
    const { head, normalizePhone } = chosen.current;
    const next =
      readAs === "rows"
        ? withoutHeader(
            head,
            head.header.map((_, index) => t("column_n", { n: index + 1 })),
          )
        : head;
    setReadAs(readAs);
    setOpened({ ...chosen.current, head: next });
    setColumns(columnsOf(next, normalizePhone));
  }
  function close() {
    setOpened(null);
    setError(null);
    if (input.current) input.current.value = "";
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, for a file that was chosen before the page had come to life.
  useEffect(() => void take(input.current?.files?.[0]), []);

  return (
    <div className="flex flex-col gap-3">
      {!opened && (
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
            void take(event.dataTransfer.files[0]);
          }}
          className={`flex flex-col items-center gap-3 rounded-card border border-dashed px-6 py-10 text-center ${isOver ? "border-accent bg-accent-wash" : "border-line-strong/60 bg-surface"}`}
        >
          <FileUp size={26} className="text-accent" aria-hidden />
          <p className="max-w-lg text-soft">{t("hint")}</p>
          <Button variant="primary" onClick={() => input.current?.click()}>
            {t("choose")}
          </Button>
          <p className="text-[0.9rem] text-soft">{t("drop")}</p>
        </div>
      )}
      <input
        ref={input}
        type="file"
        accept=".csv,.txt,text/csv,text/plain"
        aria-label={t("choose")}
        tabIndex={-1}
        onChange={(event) => void take(event.target.files?.[0])}
        className="sr-only"
      />
      {opened && (
        <div className="flex flex-col gap-4 rounded-card border border-line bg-surface p-4 sm:p-5">
          <p className="flex flex-wrap items-baseline gap-x-3">
            <strong className="break-all font-semibold">{opened.file.name}</strong>
            <span className="text-soft">
              {format.number(opened.file.size / 1024, {
                maximumFractionDigits: opened.file.size < 10_240 ? 1 : 0,
                style: "unit",
                unit: "kilobyte",
              })}{" "}
              · {opened.head.encoding === "windows-1251" ? "Windows-1251" : "UTF-8"}
            </span>
          </p>
          {opened.isHeaderDoubtful && (
            <fieldset className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-md bg-warn-wash px-3 py-2 text-warn">
              <legend className="sr-only">{t("first_row")}</legend>
              <span>{t("first_row")}</span>
              {(["rows", "header"] as const).map((id) => (
                <label key={id} className="flex items-center gap-2">
                  <input type="radio" name="first-row" className="accent-accent" checked={readAs === id} onChange={() => answer(id)} />
                  {t(`first_row_is.${id}`)}
                </label>
              ))}
            </fieldset>
          )}
          <ImportPreview opened={opened} columns={columns} onChange={setColumns} operators={operators.data ?? []} />
          {!isPhoneNamed && <p className="text-bad">{t("no_phone")}</p>}
          <div className="flex flex-wrap items-center gap-2">
            <Button variant="primary" disabled={!isPhoneNamed || isAsked} isBusy={upload.isPending} onClick={() => upload.mutate(opened)}>
              {upload.isPending ? t("uploading") : t("start")}
            </Button>
            <Button disabled={upload.isPending} onClick={close}>
              {t("again")}
            </Button>
          </div>
        </div>
      )}
      {error && (
        <p role="alert" className="rounded-md bg-bad-wash px-3 py-2 text-bad">
          {error}
        </p>
      )}
    </div>
  );
}
