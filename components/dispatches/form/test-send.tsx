"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { Smartphone } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { useFormContext } from "react-hook-form";
import { useMay } from "@/components/shell/me";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Link } from "@/components/ui/link";
import type { Dispatch, Progress } from "@/lib/contract/dispatches/dispatch";
import { call, ProblemError } from "@/lib/web/client";
import { dispatchQuery } from "@/lib/web/queries";
import type { Draft } from "./draft";
import { sentText } from "./notation";

/** One's own number is typed once a browser. */
const PHONE_KEY = "carillon.test-phone";

/**
 * Sends the text as it stands to one number, and says what became of it. Who came for a test
 * (`?test`) finds it open, and begins with the text.
 */
export function TestSend() {
  const t = useTranslations("form.test");
  const { getValues, setError, setFocus } = useFormContext<Draft>();
  const isAsked = useSearchParams().has("test");
  const [isOpen, setOpen] = useState(isAsked);
  const [phone, setPhone] = useState("");
  const [wrong, setWrong] = useState<{ detail: string; code?: string }>();
  const mayAdd = useMay("audience:write");
  useEffect(() => setPhone(localStorage.getItem(PHONE_KEY) ?? ""), []);
  useEffect(() => {
    if (isAsked) setFocus("message_text");
  }, [isAsked, setFocus]);

  const send = useMutation({
    mutationFn: async (isNew: boolean) => {
      if (isNew) await call("PUT", `recipients/${encodeURIComponent(phone)}/`, {});
      return call<Dispatch>("POST", "dispatches/test/", {
        phone,
        message_text: sentText(getValues()),
        sender: getValues("sender"),
      });
    },
    onMutate: () => setWrong(undefined),
    onSuccess: () => localStorage.setItem(PHONE_KEY, phone),
    onError: (error) => {
      if (!(error instanceof ProblemError)) return setWrong({ detail: t("connection") });
      const { errors, detail } = error.problem;
      setWrong(errors ? errors.find(({ pointer }) => pointer !== "/message_text") : { detail });
      const text = errors?.find(({ pointer }) => pointer === "/message_text")?.detail;
      if (text) setError("message_text", { message: text }, { shouldFocus: true });
    },
  });
  const sent = useQuery({ ...dispatchQuery(send.data?.id ?? ""), enabled: send.data !== undefined });
  // One's own number is seldom in the file that was imported. Enter only tries again: to add
  // somebody is a choice.
  const isAddable = wrong?.code === "unknown_recipient" && mayAdd;
  const begin = (isNew = false) => {
    if (!send.isPending) send.mutate(isNew);
  };

  if (!isOpen)
    return (
      <Button variant="quiet" className="-ml-2 self-start" onClick={() => setOpen(true)}>
        <Smartphone aria-hidden size={16} />
        {t("open")}
      </Button>
    );
  return (
    <div className="flex basis-full flex-col gap-2 rounded-md bg-raised px-3 py-2.5">
      <div className="flex flex-wrap items-start gap-2">
        <div className="min-w-64 flex-1">
          <Field
            label={t("phone")}
            hint={t("hint")}
            value={phone}
            error={wrong?.detail}
            type="tel"
            autoComplete="tel"
            autoFocus={!isAsked && phone === ""}
            onChange={(value) => {
              setPhone(value);
              setWrong(undefined);
            }}
            onKeyDown={(event) => {
              if (event.key !== "Enter") return;
              // Enter must not schedule the dispatch around it.
              event.preventDefault();
              begin();
            }}
          />
        </div>
        <Button className="min-h-10 sm:mt-[1.6rem]" isBusy={send.isPending} onClick={() => begin(isAddable)}>
          {t(isAddable ? "add" : "send")}
        </Button>
      </div>
      <p role="status" className="text-[0.9rem] empty:hidden">
        {send.data && !send.isPending && (
          <>
            {t(`outcome.${outcomeOf(sent.data?.progress, sent.data?.status)}`)}{" "}
            <Link href={`/dispatches/${send.data.id}`} className="underline underline-offset-2">
              {t("details")}
            </Link>
          </>
        )}
      </p>
    </div>
  );
}

/** The one message's state, as far as it is known. */
function outcomeOf(progress: Progress | undefined, status: Dispatch["status"] | undefined) {
  for (const outcome of [
    "delivered",
    "undelivered",
    "failed",
    "unknown",
    "sent",
    "skipped",
    "expired",
    "cancelled",
    "deferred",
  ] as const)
    if (progress && progress[outcome] > 0) return outcome;
  return status === "expired" || status === "cancelled" ? status : "waiting";
}
