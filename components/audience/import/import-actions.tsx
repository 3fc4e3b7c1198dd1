"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useMay } from "@/components/shell/me";
import { Button, ButtonLink } from "@/components/ui/button";
import { CallButton } from "@/components/ui/call-button";
import { ConfirmDialog } from "@/components/ui/dialog";
import { Failure } from "@/components/ui/failure";
import { useTimed, useViewerZone } from "@/components/ui/use-zoned";
import type { Import } from "@/lib/contract/audience/import";
import { call } from "@/lib/web/client";
import { importsQuery } from "@/lib/web/queries";
import { refreshQueries } from "@/lib/web/refresh";

interface ImportActionsProps {
  job: Import;
  isResuming: boolean;
  onResume: () => void;
}

/** The actions for an import that no process works on. */
export function ImportActions({ job, isResuming, onResume }: ImportActionsProps) {
  const t = useTranslations("import");
  const client = useQueryClient();
  const mayWrite = useMay("audience:write");
  const mayExport = useMay("audience:export");
  const refresh = () => refreshQueries(client, importsQuery.queryKey);
  const { id, status, rejected, kept } = job;
  return (
    <div className="-ml-2 flex flex-wrap items-center gap-x-2 gap-y-1 empty:hidden">
      {status === "reviewed" && (
        <Button className="ml-2" isBusy={isResuming} onClick={onResume}>
          {t("resume")}
        </Button>
      )}
      {mayWrite && job.discardable && (
        <CallButton variant="quiet" call={() => call<void>("DELETE", `imports/${id}/`)} onSettled={refresh}>
          {t("discard")}
        </CallButton>
      )}
      {mayExport && rejected > 0 && (
        <DownloadLink href={`/api/v1/imports/${id}/errors.csv`} text={t("errors")} />
      )}
      {mayExport && kept > 0 && <DownloadLink href={`/api/v1/imports/${id}/kept.csv`} text={t("kept")} />}
      {job.undo_until && <UndoButton job={job} until={job.undo_until} onDone={refresh} />}
    </div>
  );
}

function DownloadLink({ href, text }: { href: string; text: string }) {
  return (
    <ButtonLink variant="quiet" href={href} prefetch={false} download>
      <Download size={15} aria-hidden />
      {text}
    </ButtonLink>
  );
}

/** Asks, then undoes an import. */
function UndoButton({
  job: { id, kind, file_name: name },
  until,
  onDone,
}: {
  job: Import;
  until: string;
  onDone: () => unknown;
}) {
  const t = useTranslations("import");
  const timed = useTimed();
  const zone = useViewerZone() ?? "UTC";
  const [isOpen, setOpen] = useState(false);
  const undo = useMutation({
    mutationFn: () => call<Import>("POST", `imports/${id}/undo/`),
    onSuccess: () => {
      setOpen(false);
      return onDone();
    },
  });
  if (Date.parse(until) < Date.now()) return null;
  return (
    <>
      <Button variant="quiet" onClick={() => setOpen(true)}>
        {t("undo")}
      </Button>
      <ConfirmDialog
        title={t("undo_title", { name: name ?? t("unnamed") })}
        isOpen={isOpen}
        onClose={() => {
          undo.reset();
          setOpen(false);
        }}
        confirm={{
          label: t("undo_confirm"),
          isDanger: true,
          isPending: undo.isPending,
          run: () => undo.mutate(),
        }}
      >
        <p>{t(`undo_means.${kind}`)}</p>
        <p className="text-soft">{t.rich("undo_until", timed(until, zone))}</p>
        <Failure error={undo.error} />
      </ConfirmDialog>
    </>
  );
}
