"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { Import } from "@/lib/contract/audience/import";
import { call } from "@/lib/web/client";
import { importsQuery } from "@/lib/web/queries";
import { refreshQueries } from "@/lib/web/refresh";

/** How to read the file, as far as the user has chosen. */
export interface CheckOptions {
  kind: Import["kind"];
  mode: Import["mode"];
  encoding?: string | undefined;
  delimiter?: string | undefined;
  sheet?: string | undefined;
  country?: string | undefined;
  columns?: string[] | undefined;
  /** Undefined until the user has said whether the first row is a person. */
  headerless?: boolean | undefined;
}

/** A file, and how to read it. */
interface Ask {
  file: File;
  options: CheckOptions;
}

export interface Checked {
  /** What the server found in the file. */
  job: Import;
  /** Undefined when the file is not at hand, because the review began earlier. */
  ask: Ask | undefined;
  /** The candidates from before the user chose an encoding. */
  encodings: NonNullable<Import["file"]>["encodings"];
}

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** A workbook is a ZIP file, whatever its name. */
async function typeOf(file: File): Promise<string> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return first === 0x50 && second === 0x4b ? XLSX : "text/csv";
}

/** Sends the file unchanged. The server reads it and answers what an import would do. */
async function send({ file, options }: Ask, signal: AbortSignal): Promise<Import> {
  const { columns, headerless, ...texts } = options;
  const query = new URLSearchParams({
    dry_run: "true",
    file_name: file.name.replaceAll(/[\p{Cc}\p{Cs}]/gu, "").slice(0, 200),
    ...Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined)),
    ...(columns && { columns: JSON.stringify(columns) }),
    ...(headerless && { headerless: "true" }),
  });
  return call<Import>(
    "POST",
    `recipients/import/?${query}`,
    file,
    { "content-type": await typeOf(file) },
    signal,
  );
}

/**
 * Checks the file that the user is about to import. Each change sends the file again; only the last
 * answer counts.
 */
export function useImportCheck() {
  const client = useQueryClient();
  const [checked, setChecked] = useState<Checked>();
  /** What we are sending, or failed to send. */
  const [asked, setAsked] = useState<Ask>();
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const turn = useRef(0);
  const upload = useRef<AbortController>(undefined);
  const shown = useRef<Checked>(undefined);
  const show = (next: Checked | undefined) => {
    shown.current = next;
    setChecked(next);
  };
  const refresh = () => refreshQueries(client, importsQuery.queryKey);

  /**
   * Another answer replaces this one. If this call fails, the user can discard the import in the
   * history.
   */
  const discard = (job: Import) => call("DELETE", `imports/${job.id}/`).catch(() => {});

  async function check(file: File, options: CheckOptions): Promise<void> {
    const mine = ++turn.current;
    const ask: Ask = { file, options };
    const sending = new AbortController();
    upload.current = sending;
    setAsked(ask);
    setPending(true);
    setError(null);
    try {
      const job = await send(ask, sending.signal);
      if (mine !== turn.current) return void discard(job).then(refresh);
      const before = shown.current;
      const isSameFile = before?.ask?.file === file;
      show({
        job,
        ask,
        encodings: (options.encoding && isSameFile ? before.encodings : job.file?.encodings) ?? [],
      });
      if (before && before.job.id !== job.id) await discard(before.job);
    } catch (reason) {
      if (mine === turn.current) setError(reason as Error);
    } finally {
      if (mine === turn.current) setPending(false);
      void refresh();
    }
  }

  /** @param isKept the history still offers the review */
  function leave(isKept = false): void {
    turn.current++;
    if (!isKept && shown.current) void discard(shown.current.job).then(refresh);
    show(undefined);
    setAsked(undefined);
    setPending(false);
    setError(null);
  }

  /**
   * Stops sending a file. A file that has arrived is read to its end and then discarded.
   * @param hasArrived the server has the whole file
   */
  function cancel(hasArrived: boolean): void {
    if (!hasArrived) upload.current?.abort();
    leave();
  }

  /** Continues a review that began earlier. */
  function resume(job: Import): void {
    if (shown.current) leave();
    show({ job, ask: undefined, encodings: job.file?.encodings ?? [] });
    setAsked(undefined);
  }

  return { checked, asked, isPending, error, check, leave, cancel, resume };
}

export type ImportCheck = ReturnType<typeof useImportCheck>;
