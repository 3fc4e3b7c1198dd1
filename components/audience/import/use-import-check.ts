"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { Import } from "@/lib/contract/audience/import";
import { call } from "@/lib/web/client";
import { importsQuery } from "@/lib/web/queries";

/** How a file is to be read, where somebody has said so. */
export interface CheckOptions {
  kind: Import["kind"];
  mode: Import["mode"];
  encoding?: string | undefined;
  delimiter?: string | undefined;
  sheet?: string | undefined;
  country?: string | undefined;
  columns?: string[] | undefined;
  /** Undefined: nobody has said whether the first row is somebody's. */
  headerless?: boolean | undefined;
}

/** A file, and how it is to be read. */
interface Ask {
  file: File;
  options: CheckOptions;
}

export interface Checked {
  /** What the server says of the file. */
  job: Import;
  /** Undefined when the file is not at hand any more: the review was begun before. */
  ask: Ask | undefined;
  /** As they were told when nobody had said the encoding yet. */
  encodings: NonNullable<Import["file"]>["encodings"];
}

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** A workbook is a ZIP file, whatever it is called. */
async function typeOf(file: File): Promise<string> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return first === 0x50 && second === 0x4b ? XLSX : "text/csv";
}

/** Sends the file as it is: the server reads it, and says what importing it would do. */
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
 * The file that somebody is about to import. Whatever is changed sends it again, and the last
 * answer is the one that counts.
 */
export function useImportCheck() {
  const client = useQueryClient();
  const [checked, setChecked] = useState<Checked>();
  /** What is being sent, or could not be. */
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
  const refresh = () => client.invalidateQueries({ queryKey: importsQuery.queryKey });

  /** Another answer has taken its place. If it stays, it can be discarded in the history. */
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

  /** @param isKept what is left can be taken up again from the history */
  function leave(isKept = false): void {
    turn.current++;
    if (!isKept && shown.current) void discard(shown.current.job).then(refresh);
    show(undefined);
    setAsked(undefined);
    setPending(false);
    setError(null);
  }

  /**
   * Stops a file that is on its way. One that has arrived is read to its end, and then discarded.
   * @param hasArrived the server reads it
   */
  function cancel(hasArrived: boolean): void {
    if (!hasArrived) upload.current?.abort();
    leave();
  }

  /** Takes up a review that was begun before. */
  function resume(job: Import): void {
    if (shown.current) leave();
    show({ job, ask: undefined, encodings: job.file?.encodings ?? [] });
    setAsked(undefined);
  }

  return { checked, asked, isPending, error, check, leave, cancel, resume };
}

export type ImportCheck = ReturnType<typeof useImportCheck>;
