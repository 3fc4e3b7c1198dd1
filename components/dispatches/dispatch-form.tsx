"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { FormProvider, useForm } from "react-hook-form";
import type { Dispatch } from "@/lib/contract/dispatch";
import type { Locale } from "@/lib/contract/texts";
import { ConnectionError, call, ProblemError } from "@/lib/web/client";
import { previewQuery } from "@/lib/web/queries";
import { Aria } from "../ui/aria";
import { Button } from "../ui/button";
import { useNotice } from "../ui/notice";
import { AudienceFields } from "./audience-fields";
import { ConfirmSchedule } from "./confirm-schedule";
import { bodyOf, DRAFT_KEY, type Draft, emptyDraft } from "./draft";
import { Forecast } from "./forecast";
import { MessageField } from "./message-field";
import { WindowFields } from "./window-fields";

interface FormProps {
  /** The dispatch that is edited, or undefined for a new one. */
  dispatch?: Dispatch;
  initial?: Draft;
}

/** One page with the whole decision in view: text, audience, window, and what would come of them. */
export function DispatchForm({ dispatch, initial }: FormProps) {
  const t = useTranslations("form");
  const locale = useLocale() as Locale;
  const router = useRouter();
  const client = useQueryClient();
  const notify = useNotice();
  const [isConfirming, setConfirming] = useState(false);
  // One key a form: a double click, or a repeat after a lost answer, makes one dispatch.
  const key = useRef("");
  const form = useForm<Draft>({ defaultValues: initial ?? emptyDraft("UTC"), mode: "onSubmit", reValidateMode: "onSubmit" });
  const { reset, setError, clearErrors, getValues } = form;

  useEffect(() => {
    key.current = crypto.randomUUID();
    if (initial) return;
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
    const kept = localStorage.getItem(DRAFT_KEY);
    reset(kept ? { ...emptyDraft(zone), ...(JSON.parse(kept) as Draft) } : emptyDraft(zone));
  }, [initial, reset]);

  // What was wrong with a field is forgiven as soon as it is changed; it is looked at again at the next review.
  useEffect(() => {
    const { unsubscribe } = form.watch((_, { name }) => name && clearErrors(name));
    return unsubscribe;
  }, [form, clearErrors]);

  const draft = form.watch();
  useEffect(() => {
    if (!initial && form.formState.isDirty) localStorage.setItem(DRAFT_KEY, JSON.stringify(draft));
  }, [draft, initial, form.formState.isDirty]);

  const preview = useQuery({ ...previewQuery(usePreviewBody(draft)), placeholderData: (last) => last });

  const save = useMutation({
    mutationFn: (body: Record<string, unknown>) =>
      dispatch
        ? call<Dispatch>("PATCH", `dispatches/${dispatch.id}/`, body, { "if-match": `"${dispatch.version}"` })
        : call<Dispatch>("POST", "dispatches/", body, { "idempotency-key": key.current }),
    onSuccess: (made) => {
      if (!initial) localStorage.removeItem(DRAFT_KEY);
      client.setQueryData(["dispatches", "one", made.id], made);
      void client.invalidateQueries({ queryKey: ["dispatches"] });
      notify({ text: dispatch ? t("saved") : t("scheduled") });
      router.push(`/dispatches/${made.id}`);
    },
    onError: (error) => {
      setConfirming(false);
      if (error instanceof ProblemError && error.problem.errors) show(error.problem.errors);
      else notify({ text: error instanceof ConnectionError ? t("connection") : error.message, tone: "bad" });
    },
  });

  /** Errors land on their fields, and the first of them is gone to. */
  function show(errors: { pointer: string; detail: string }[]) {
    clearErrors();
    errors.forEach(({ pointer, detail }, index) => {
      setError(pointer.slice(1) as keyof Draft, { message: detail }, { shouldFocus: index === 0 });
    });
  }

  /** The contract's own rules, before anything is sent. */
  async function check() {
    const { draftErrors } = await import("./draft-errors");
    const errors = draftErrors(getValues(), locale);
    if (errors.length > 0) show(errors);
    else {
      clearErrors();
      setConfirming(true);
    }
  }

  return (
    <Aria>
      <FormProvider {...form}>
        <form
          noValidate
          aria-label={dispatch ? t("edit") : t("title")}
          onSubmit={(event) => {
            event.preventDefault();
            void check();
          }}
          className="grid grid-cols-[minmax(0,1fr)] items-start gap-x-8 gap-y-6 lg:grid-cols-[minmax(0,1fr)_22rem]"
        >
          <div className="flex flex-col gap-5">
            <MessageField />
            <AudienceFields audience={preview.data?.audience} />
            <WindowFields window={preview.data?.window ?? null} />
          </div>
          <div className="flex flex-col gap-4 lg:sticky lg:top-6">
            <Forecast preview={preview.data} timezone={draft.timezone} />
            <Button type="submit" variant="primary" disabled={save.isPending} className="min-h-11 text-base">
              {dispatch ? t("save") : t("review")}
            </Button>
          </div>
          <ConfirmSchedule
            isOpen={isConfirming}
            onClose={() => setConfirming(false)}
            draft={draft}
            preview={preview.data}
            isPending={save.isPending}
            isEdit={Boolean(dispatch)}
            onConfirm={() => save.mutate(bodyOf(getValues(), new Date()))}
          />
        </form>
      </FormProvider>
    </Aria>
  );
}

/** The draft as far as it is right, a moment after it was last changed. */
function usePreviewBody(draft: Draft): Record<string, unknown> {
  const json = JSON.stringify(draft);
  const [body, setBody] = useState<Record<string, unknown>>({});
  useEffect(() => {
    const timer = setTimeout(async () => {
      const { rightPart } = await import("./draft-errors");
      setBody(rightPart(JSON.parse(json) as Draft));
    }, 250);
    return () => clearTimeout(timer);
  }, [json]);
  return body;
}
