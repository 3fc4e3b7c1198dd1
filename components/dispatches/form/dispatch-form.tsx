"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { FormProvider, useForm, useWatch } from "react-hook-form";
import { Forecast } from "@/components/dispatches/forecast";
import { Aria } from "@/components/ui/aria";
import { Button } from "@/components/ui/button";
import { useNotice } from "@/components/ui/notice";
import type { Dispatch } from "@/lib/contract/dispatches/dispatch";
import type { Draft as Saved } from "@/lib/contract/dispatches/prepared";
import type { PreviewAnswer } from "@/lib/contract/dispatches/preview";
import type { Locale } from "@/lib/contract/texts";
import { call, ProblemError } from "@/lib/web/client";
import { ownZone } from "@/lib/web/own-zone";
import { released } from "@/lib/web/press";
import { previewQuery } from "@/lib/web/queries";
import { refreshQueries } from "@/lib/web/refresh";
import { AudienceFields } from "./audience-fields";
import {
  changesOf,
  type DayWindow,
  type Draft,
  draftOf,
  emptyDraft,
  keepDraft,
  keptDraft,
  withWindow,
} from "./draft";
import { DraftBar } from "./draft-bar";
import { heldOf, readCopy } from "./draft-saver";
import { MessageField } from "./message-field";
import { NameField } from "./name-field";
import { NewerVersion } from "./newer-version";
import { placeErrors } from "./place-errors";
import { rebase } from "./rebase";
import { SenderField } from "./sender-field";
import { useAttempt } from "./use-attempt";
import { useSavedDraft } from "./use-saved-draft";
import { WindowFields } from "./window-fields";

const ConfirmSchedule = dynamic(() => import("./confirm-schedule"), { ssr: false });

interface FormProps {
  /** The dispatch that is edited, or undefined for a new one. */
  dispatch?: Dispatch;
  initial?: Draft;
  /** What a template or a saved audience fills in. The rest is as in a new dispatch. */
  template?: Partial<Draft>;
  /** The saved draft that the form continues. */
  saved?: Saved;
  /**
   * The id of a draft that no longer exists. This browser may still have what the user typed in it.
   */
  lost?: string | undefined;
}

/**
 * The form of a dispatch. One page shows the whole decision: text, audience, window and forecast.
 * Each key draws this component, so its parts are memos: what they are given must stay the same
 * object until it changes.
 */
export function DispatchForm({ dispatch, initial: given, template, saved: opened, lost }: FormProps) {
  // Compute it in this browser, which may not know the dispatch's zone.
  const [initial] = useState(() => (dispatch ? draftOf(dispatch) : given));
  const [defaultValues] = useState(() => initial ?? emptyDraft("UTC"));
  const t = useTranslations("form");
  const locale = useLocale() as Locale;
  const router = useRouter();
  const client = useQueryClient();
  const notify = useNotice();
  // The reviewed draft with its own count. The confirmation sends exactly this.
  const [reviewed, setReviewed] = useState<{ draft: Draft; preview: PreviewAnswer }>();
  const [isConfirming, setConfirming] = useState(false);
  const [isReviewing, setReviewing] = useState(false);
  // The version of the edited dispatch that we loaded last. Somebody else may save meanwhile.
  const loaded = useRef(dispatch);
  const [newer, setNewer] = useState<"known" | "loaded">();
  const form = useForm<Draft>({
    defaultValues,
    mode: "onSubmit",
    reValidateMode: "onSubmit",
  });
  const { reset, setError, clearErrors, getValues } = form;
  const saved = useSavedDraft(opened, form);
  const { saver } = saved;
  // This browser keeps a new dispatch until the server has it as a draft.
  const isKeptHere = !initial && !template && !lost && saved.id === undefined;
  const attempt = useAttempt(saved.id ?? (isKeptHere ? "browser" : null));

  useEffect(() => {
    if (initial || opened) return;
    const begun = template ?? (lost && readCopy(lost)?.held.content);
    reset(begun ? { ...emptyDraft(ownZone()), ...begun } : keptDraft(ownZone()));
  }, [initial, opened, template, lost, reset]);

  // A change clears the error of its field. The next review checks again.
  useEffect(() => {
    const { unsubscribe } = form.watch((_, { name }) => {
      if (!name) return;
      clearErrors(name);
      if (isKeptHere) keepDraft(getValues());
      else saver.current?.changed();
    });
    return unsubscribe;
  }, [form, clearErrors, getValues, isKeptHere, saver]);

  const [day, setDay] = useState<{ window: DayWindow | undefined; problem: string | null }>();
  const tellDay = useCallback(
    (window: DayWindow | undefined, problem: string | null) => setDay({ window, problem }),
    [],
  );
  // `form.watch()` would change what the provider gives to all fields.
  const draft = withWindow(useWatch({ control: form.control }) as Draft, day?.window);
  const { body, wrongTimes } = useChecked(draft, loaded.current);
  const preview = useQuery({
    ...previewQuery(body ?? {}, dispatch?.id),
    enabled: body !== undefined,
    placeholderData: (last) => last,
  });
  // A text with a wrong placeholder cannot say who would get it.
  const isTextWrong =
    preview.error instanceof ProblemError &&
    (preview.error.problem.errors ?? []).some(({ pointer }) => isOfText(pointer));
  const { message_text: _, max_segments: __, ...others } = body ?? {};
  const textless = useQuery({ ...previewQuery(others, dispatch?.id), enabled: isTextWrong });
  const shown = isTextWrong ? textless : preview;
  const forecast = preview.isPlaceholderData ? null : preview.data?.forecast;
  const isNobodyReached =
    Boolean(forecast && forecast.not_sent > 0) && forecast!.not_sent === preview.data?.audience.total;
  const impossible = useMemo(
    () => [
      ...wrongTimes,
      ...(isNobodyReached ? [{ pointer: "/end_datetime", detail: t("nobody_reached") }] : []),
    ],
    [wrongTimes, isNobodyReached, t],
  );
  const isDayImpossible = draft.own_day !== null && (!day || day.problem !== null);

  // A quick answer may come within a double click. Until the page has gone, the second click would
  // make another dispatch.
  const isMade = useRef(false);
  const save = useMutation({
    mutationFn: ({ key, body }: { key: string; body: Record<string, unknown> }) =>
      loaded.current
        ? call<Dispatch>("PATCH", `dispatches/${loaded.current.id}/`, body, {
            "if-match": `"${loaded.current.version}"`,
          })
        : call<Dispatch>("POST", "dispatches/", body, { "idempotency-key": key }),
    onSuccess: (made) => {
      isMade.current = true;
      attempt.end();
      if (isKeptHere) keepDraft(undefined);
      saver.current?.end();
      void refreshQueries(client, ["drafts"]);
      client.setQueryData(["dispatches", "one", made.id], made);
      void refreshQueries(client, ["dispatches"]);
      notify({ text: dispatch ? t("saved") : t("scheduled") });
      router.push(`/dispatches/${made.id}`);
    },
    onError: (error) => {
      setConfirming(false);
      const status = error instanceof ProblemError ? error.problem.status : undefined;
      if (status !== undefined && status < 500) attempt.refused();
      if (status === 412 && saver.current) saver.current.noteNewer();
      else if (status === 412) setNewer("known");
      else if (status === 409 && !dispatch) {
        attempt.end();
        // An earlier attempt, or somebody else, has scheduled it.
        saver.current?.lose();
        notify({
          text: saver.current ? t("draft.state.gone") : t("already"),
          tone: "bad",
          action: { label: t("already_show"), run: () => router.push("/dispatches") },
        });
      } else tell(error);
    },
  });

  /** Loads what somebody else has saved, and keeps the user's own changes on top. */
  const load = useMutation({
    mutationFn: (before: Dispatch) => call<Dispatch>("GET", `dispatches/${before.id}/`),
    onSuccess: (now, before) => {
      loaded.current = now;
      client.setQueryData(["dispatches", "one", now.id], now);
      reset(rebase(draftOf(before), getValues(), draftOf(now)));
      setNewer("loaded");
    },
    onError: tell,
  });

  /** Keep one id until an answer comes: a repeat must not make a second draft. */
  const newId = useRef<string>(undefined);
  const saveDraft = useMutation({
    mutationFn: () => {
      newId.current ??= crypto.randomUUID();
      return call<Saved>("POST", "drafts/", {
        id: newId.current,
        ...heldOf(getValues()),
      });
    },
    onSuccess: (made) => {
      newId.current = undefined;
      attempt.moveTo(made.id);
      if (isKeptHere) keepDraft(undefined);
      saver.current?.end();
      window.history.replaceState(null, "", `/dispatches/new?draft=${made.id}`);
      // Save what was typed meanwhile, too.
      saved.follow(made).changed();
      void refreshQueries(client, ["drafts"]);
    },
    onError: tell,
  });
  const loadDraft = useMutation({ mutationFn: saved.loadNewer, onError: tell });

  function tell(error: Error) {
    if (error instanceof ProblemError && error.problem.errors) show(error.problem.errors);
    else if (error instanceof ProblemError) notify({ text: error.message, tone: "bad" });
    else notify({ text: t("connection"), tone: "bad", isOffline: true });
  }

  /**
   * Shows errors at their fields and moves the focus to the first. It announces errors that belong
   * to no field.
   */
  function show(errors: { pointer: string; detail: string }[]) {
    clearErrors();
    const { placed, rest } = placeErrors(errors, getValues());
    placed.forEach(({ field, detail }, index) => {
      setError(field, { message: detail }, { shouldFocus: index === 0 });
    });
    if (rest.length > 0) notify({ text: rest.join(" "), tone: "bad" });
  }

  /**
   * Checks the contract's rules, then counts exactly this draft: the question must never show
   * figures of another one.
   */
  async function review() {
    if (isReviewing || save.isPending || isMade.current) return;
    setReviewing(true);
    try {
      const { draftErrors, rightPart } = await import("./draft-errors");
      // The server schedules the draft as it has it, so save everything first.
      if ((await saver.current?.flush()) === "newer") return;
      const draft = structuredClone(withWindow(getValues(), day?.window));
      const errors = draftErrors(draft, locale, loaded.current);
      if (errors.length > 0) return show(errors);
      clearErrors();
      const preview = await client.fetchQuery({
        ...previewQuery(rightPart(draft, loaded.current), dispatch?.id),
        staleTime: 0,
      });
      // After a lost answer, the "repeat" that the server sees may be this very attempt.
      setReviewed({ draft, preview: attempt.isUnanswered(draft) ? { ...preview, repeats: null } : preview });
      setConfirming(true);
    } catch (error) {
      tell(error as Error);
    } finally {
      setReviewing(false);
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
            void review();
          }}
          className="grid grid-cols-[minmax(0,1fr)] items-start gap-x-8 gap-y-6 lg:grid-cols-[minmax(0,1fr)_22rem]"
        >
          <div className="flex flex-col gap-5">
            <NameField />
            <MessageField preview={preview} />
            <SenderField />
            <AudienceFields audience={shown.data?.audience} error={shown.error} editedId={dispatch?.id} />
            <WindowFields
              window={shown.data?.window ?? null}
              impossible={impossible}
              body={body}
              edited={loaded.current}
              dayWindow={day?.window}
              onPlan={tellDay}
            />
          </div>
          <div className="flex flex-col gap-4 lg:sticky lg:top-6">
            <Forecast preview={shown.data} draft={draft} />
            {/* Beside the fields it stands above the forecast, whose height changes: a button that is pressed must not move. */}
            <div className="flex flex-col gap-4 lg:order-first">
              {newer && (
                <NewerVersion
                  isLoaded={newer === "loaded"}
                  isPending={load.isPending}
                  onLoad={() => loaded.current && !load.isPending && load.mutate(loaded.current)}
                />
              )}
              <Button
                type="submit"
                variant="primary"
                disabled={impossible.length > 0 || isDayImpossible}
                isBusy={isReviewing || save.isPending || save.isSuccess}
                className="min-h-11 text-base"
              >
                {dispatch ? t("save") : t("review")}
              </Button>
              {!dispatch && (
                <DraftBar
                  saved={saved}
                  onSave={() => saveDraft.mutate()}
                  isSaving={saveDraft.isPending}
                  onLoadNewer={() => loadDraft.mutate()}
                  isLoading={loadDraft.isPending}
                  read={getValues}
                  onTemplate={(fields) => {
                    clearErrors();
                    for (const [field, value] of Object.entries(fields))
                      form.setValue(field as keyof Draft, value, { shouldDirty: true });
                  }}
                />
              )}
            </div>
          </div>
          {reviewed && (
            <ConfirmSchedule
              isOpen={isConfirming}
              onClose={() => setConfirming(false)}
              draft={reviewed.draft}
              preview={reviewed.preview}
              isPending={save.isPending || save.isSuccess}
              isEdit={Boolean(dispatch)}
              onConfirm={() => {
                if (isMade.current) return;
                save.mutate(
                  loaded.current
                    ? { key: "", body: changesOf(reviewed.draft, new Date(), loaded.current) }
                    : attempt.begin(
                        reviewed.draft,
                        saver.current && { id: saver.current.id, version: saver.current.version },
                      ),
                );
              }}
            />
          )}
        </form>
      </FormProvider>
    </Aria>
  );
}

const isOfText = (pointer: string) => pointer === "/message_text" || pointer === "/max_segments";

interface Checked {
  body: Record<string, unknown> | undefined;
  wrongTimes: { pointer: string; detail: string }[];
}
const unchecked: Checked = { body: undefined, wrongTimes: [] };

/** The correct part of the draft, and the impossible times, a moment after the last change. */
function useChecked(draft: Draft, edited: Dispatch | undefined): Checked {
  const json = JSON.stringify(draft);
  const locale = useLocale() as Locale;
  const [checked, setChecked] = useState(unchecked);
  useEffect(() => {
    const timer = setTimeout(async () => {
      const { rightPart, impossibleTimes } = await import("./draft-errors");
      await released();
      const draft = JSON.parse(json) as Draft;
      setChecked({ body: rightPart(draft, edited), wrongTimes: impossibleTimes(draft, locale, edited) });
    }, 250);
    return () => clearTimeout(timer);
  }, [json, locale, edited]);
  return checked;
}
