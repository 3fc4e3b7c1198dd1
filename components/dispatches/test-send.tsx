"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { Smartphone } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { useFormContext } from "react-hook-form";
import type { Dispatch, Progress } from "@/lib/contract/dispatch";
import { call, ProblemError } from "@/lib/web/client";
import { dispatchQuery } from "@/lib/web/queries";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import type { Draft } from "./draft";

/** One's own number is typed once a browser. */
const PHONE_KEY = "carillon.test-phone";

/** Sends the text as it stands to one number, and says what became of it. */
export function TestSend() {
  const t = useTranslations("form.test");
  const { getValues, setError } = useFormContext<Draft>();
  const [isOpen, setOpen] = useState(false);
  const [phone, setPhone] = useState("");
  const [wrong, setWrong] = useState<string>();
  useEffect(() => setPhone(localStorage.getItem(PHONE_KEY) ?? ""), []);

  const send = useMutation({
    mutationFn: () => call<Dispatch>("POST", "dispatches/test/", { phone, message_text: getValues("message_text") }),
    onMutate: () => setWrong(undefined),
    onSuccess: () => localStorage.setItem(PHONE_KEY, phone),
    onError: (error) => {
      if (!(error instanceof ProblemError)) return setWrong(t("connection"));
      const { errors, detail } = error.problem;
      setWrong(errors ? errors.find(({ pointer }) => pointer === "/phone")?.detail : detail);
      const text = errors?.find(({ pointer }) => pointer === "/message_text")?.detail;
      if (text) setError("message_text", { message: text }, { shouldFocus: true });
    },
  });
  const sent = useQuery({ ...dispatchQuery(send.data?.id ?? ""), enabled: send.data !== undefined });
  const begin = () => {
    if (!send.isPending) send.mutate();
  };

  if (!isOpen)
    return (
      <Button variant="quiet" className="-ml-2 self-start" onClick={() => setOpen(true)}>
        <Smartphone aria-hidden size={16} />
        {t("open")}
      </Button>
    );
  return (
    <div className="flex flex-col gap-2 rounded-md bg-raised px-3 py-2.5">
      <div className="flex flex-wrap items-start gap-2">
        <div className="min-w-64 flex-1">
          <Field
            label={t("phone")}
            hint={t("hint")}
            value={phone}
            error={wrong}
            type="tel"
            autoComplete="tel"
            autoFocus={phone === ""}
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
        <Button className="min-h-10 sm:mt-[1.6rem]" aria-disabled={send.isPending} onClick={begin}>
          {t("send")}
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
  for (const outcome of ["delivered", "undelivered", "failed", "unknown", "sent", "skipped", "expired", "cancelled", "deferred"] as const)
    if (progress && progress[outcome] > 0) return outcome;
  return status === "expired" || status === "cancelled" ? status : "waiting";
}
