"use client";

import { useQuery } from "@tanstack/react-query";
import { Smartphone } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { useFormContext } from "react-hook-form";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Link } from "@/components/ui/link";
import type { Dispatch, Progress } from "@/lib/contract/dispatches/dispatch";
import { dispatchQuery } from "@/lib/web/queries";
import type { Draft } from "./draft";
import { sentText } from "./notation";
import { useTestSend } from "./use-test-send";

/**
 * Sends the text as it stands to one number, and says what became of it. Who came for a test
 * (`?test`) finds it open, and begins with the text.
 */
export function TestSend() {
  const t = useTranslations("form.test");
  const { getValues, setError, setFocus } = useFormContext<Draft>();
  const isAsked = useSearchParams().has("test");
  const [isOpen, setOpen] = useState(isAsked);
  const { phone, setPhone, error, isAddable, send, begin } = useTestSend(
    () => ({ message_text: sentText(getValues()), sender: getValues("sender") }),
    (message) => setError("message_text", { message }, { shouldFocus: true }),
  );
  useEffect(() => {
    if (isAsked) setFocus("message_text");
  }, [isAsked, setFocus]);

  const sent = useQuery({ ...dispatchQuery(send.data?.id ?? ""), enabled: send.data !== undefined });

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
        <div className="min-w-64 flex-1 max-sm:basis-full">
          <Field
            label={t("phone")}
            hint={t("hint")}
            value={phone}
            error={error}
            type="tel"
            autoComplete="tel"
            autoFocus={!isAsked && phone === ""}
            onChange={setPhone}
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
