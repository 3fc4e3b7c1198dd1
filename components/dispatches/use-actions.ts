"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useFailureNotice, useNotice } from "@/components/ui/notice";
import type { Dispatch, DispatchRetried } from "@/lib/contract/dispatches/dispatch";
import { call } from "@/lib/web/client";
import { refreshQueries } from "@/lib/web/refresh";

export type Verb = "pause" | "resume" | "cancel" | "retry-failed";

/**
 * Pauses, resumes, cancels and retries. The screen shows the result at once, and a pause can be
 * undone.
 */
export function useDispatchAction() {
  const client = useQueryClient();
  const notify = useNotice();
  const failed = useFailureNotice();
  const t = useTranslations("action");
  const mutation = useMutation({
    mutationFn: ({ id, verb }: { id: string; verb: Verb }) =>
      call<Dispatch & Partial<DispatchRetried>>("POST", `dispatches/${id}/${verb}/`),
    onSuccess: ({ retried = 0, left = [], ...dispatch }, { verb }) => {
      client.setQueryData(["dispatches", "one", dispatch.id], dispatch);
      void refreshQueries(client, ["dispatches"], ["timeline", dispatch.id]);
      notify({
        text: [
          t(`done.${verb}`, { retried }),
          ...left.map(({ code, count, detail }) => t("left", { code, count, detail })),
        ].join(" "),
        ...(verb === "pause" && {
          action: { label: t("undo"), run: () => mutation.mutate({ id: dispatch.id, verb: "resume" }) },
        }),
      });
    },
    onError: (error) => {
      // Perhaps somebody else was first: load the real state.
      void refreshQueries(client, ["dispatches"]);
      failed(error);
    },
  });
  return mutation;
}
