"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { OctagonX } from "lucide-react";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/dialog";
import { useFailureNotice, useNotice } from "@/components/ui/notice";
import { useCity, useTimed, useViewerZone } from "@/components/ui/use-zoned";
import type { SendingAnswer } from "@/lib/contract/sending/sending";
import { call } from "@/lib/web/client";
import { sendingQuery } from "@/lib/web/queries";
import { useMay } from "./me";

const Field = dynamic(() => import("@/components/ui/field").then(({ Field }) => Field), { ssr: false });

function useSetSending() {
  const client = useQueryClient();
  const notify = useNotice();
  const router = useRouter();
  const t = useTranslations("stop");
  return useMutation({
    mutationFn: (body: { state: "on" | "stopped"; reason?: string | null }) =>
      call<SendingAnswer>("PUT", "sending/", body),
    onSuccess: async (answer) => {
      await client.cancelQueries(sendingQuery);
      client.setQueryData(sendingQuery.queryKey, answer);
      // The status page is drawn by the server.
      router.refresh();
      notify({ text: answer.state === "on" ? t("resumed") : t("done") });
    },
    onError: useFailureNotice(),
  });
}

/** Stops all sending within a second. Every screen has this button. */
export function EmergencyStop() {
  const t = useTranslations("stop");
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const mayStop = useMay("sending:stop");
  const { data } = useQuery(sendingQuery);
  const set = useSetSending();
  if (data?.state === "stopped" || !mayStop) return null;
  return (
    <>
      <Button variant="alarm" onClick={() => setOpen(true)}>
        <OctagonX size={16} aria-hidden />
        {t("button")}
      </Button>
      <ConfirmDialog
        title={t("title")}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        confirm={{
          label: t("confirm"),
          isDanger: true,
          isPending: set.isPending,
          run: () =>
            set.mutate(
              { state: "stopped", reason: reason.trim() || null },
              { onSettled: () => setOpen(false) },
            ),
        }}
      >
        <p className="text-soft">{t("explain")}</p>
        <Field label={t("reason")} value={reason} onChange={setReason} autoFocus maxLength={500} />
      </ConfirmDialog>
    </>
  );
}

/** Says on every screen that sending is stopped, since when and why, and resumes it. */
export function StopBanner() {
  const t = useTranslations("stop");
  const actor = useTranslations("actor");
  const timed = useTimed();
  const cityOf = useCity();
  const timezone = useViewerZone() ?? "UTC";
  const mayResume = useMay("sending:resume");
  const [isOpen, setOpen] = useState(false);
  const { data } = useQuery(sendingQuery);
  const set = useSetSending();
  if (data?.state !== "stopped") return null;
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 bg-bad px-4 py-2.5 text-surface md:px-6 dark:text-ground"
    >
      <p>
        <strong className="font-semibold">{t("banner")}</strong> {/* Over screens in other zones, too. */}
        {t.rich("since", {
          ...timed(data.changed_at, timezone),
          zone: cityOf(timezone),
          by: actor.has(data.changed_by) ? actor(data.changed_by) : data.changed_by,
        })}
        {data.reason && <> — {data.reason}</>}
      </p>
      {mayResume && (
        <Button onClick={() => setOpen(true)} className="text-ink">
          {t("resume")}
        </Button>
      )}
      <ConfirmDialog
        title={t("resume_title")}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        confirm={{
          label: t("resume"),
          isPending: set.isPending,
          run: () => set.mutate({ state: "on" }, { onSettled: () => setOpen(false) }),
        }}
      >
        <p className="text-soft">{t("resume_explain")}</p>
      </ConfirmDialog>
    </div>
  );
}
