"use client";

import { useQuery } from "@tanstack/react-query";
import { Check, CheckCheck } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { inputClass } from "@/components/ui/input-classes";
import { Skeleton } from "@/components/ui/skeleton";
import { setParams, useSettled } from "@/components/ui/url";
import { Instant, useClock, useViewerZone, ZoneNote } from "@/components/ui/use-zoned";
import type { SandboxMessage } from "@/lib/contract/sending/sandbox";
import { sandboxQuery, someRecipientsQuery } from "@/lib/web/audience-queries";
import { ProblemError } from "@/lib/web/client";

/** A recipient's phone, as the sandbox gateway has left it. Whose it is, is in the address. */
export function PhoneScreen({ isSandbox }: { isSandbox: boolean }) {
  const t = useTranslations("phone_screen");
  const phone = useSearchParams().get("phone") ?? "";
  const messages = useQuery({ ...sandboxQuery(phone), enabled: isSandbox && phone !== "" });
  return (
    <div className="flex flex-col gap-5">
      <h1>{t("title")}</h1>
      {isSandbox ? (
        <>
          <p className="max-w-2xl text-soft">{t("hint")}</p>
          <div className="grid items-start gap-7 md:grid-cols-[minmax(0,20rem)_minmax(0,1fr)]">
            <Numbers chosen={messages.data?.phone ?? phone} />
            <Phone
              phone={messages.data?.phone ?? phone}
              messages={messages.data?.items}
              error={messages.error instanceof ProblemError ? (messages.error.problem.errors?.[0]?.detail ?? messages.error.message) : null}
            />
          </div>
        </>
      ) : (
        <p className="rounded-card border border-line border-dashed px-6 py-14 text-center text-soft">{t("off")}</p>
      )}
    </div>
  );
}

/** Any number can be typed; some that are known are offered. */
function Numbers({ chosen }: { chosen: string }) {
  const t = useTranslations("phone_screen");
  const [typed, setTyped] = useState("");
  const recipients = useQuery({ ...someRecipientsQuery(useSettled(typed.trim())), placeholderData: (last) => last, retry: false });
  const known = recipients.isError ? [] : recipients.data?.items;
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <form
        className="flex gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim() !== "") setParams({ phone: typed.trim() });
        }}
      >
        <input
          type="search"
          inputMode="tel"
          aria-label={t("phone")}
          placeholder={t("phone")}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          className={`${inputClass} min-w-0 flex-1`}
        />
        <Button type="submit">{t("show")}</Button>
      </form>
      {known ? (
        <ul
          aria-label={t("known")}
          className="max-md:flex max-md:gap-2 max-md:overflow-x-auto max-md:pb-1 md:divide-y md:divide-line md:overflow-hidden md:rounded-card md:border md:border-line md:bg-surface"
        >
          {known.map(({ phone, operator, tags }) => (
            <li key={phone} className="max-md:shrink-0">
              <button
                type="button"
                aria-current={phone === chosen ? "true" : undefined}
                onClick={() => setParams({ phone })}
                className="flex w-full items-baseline justify-between gap-3 px-3.5 py-2 text-left -outline-offset-2 hover:bg-raised aria-[current]:bg-accent-wash aria-[current]:text-accent max-md:rounded-md max-md:border max-md:border-line max-md:bg-surface"
              >
                <span className="font-medium">{phone}</span>
                <span className="truncate text-[0.9rem] text-soft max-md:hidden">{[operator, ...tags].join(", ")}</span>
              </button>
            </li>
          ))}
          {known.length === 0 && <li className="px-3.5 py-6 text-center text-soft">{t("nobody")}</li>}
        </ul>
      ) : (
        <Skeleton className="h-72" />
      )}
    </div>
  );
}

function Phone({ phone, messages, error }: { phone: string; messages: SandboxMessage[] | undefined; error: string | null }) {
  const t = useTranslations("phone_screen");
  const timeZone = useViewerZone();
  return (
    <section
      aria-label={phone || t("title")}
      className="mx-auto flex h-[38rem] max-md:h-[31rem] md:mx-0 lg:ml-12 w-full max-w-[22rem] flex-col overflow-hidden rounded-[2.4rem] border-[7px] border-ink/85 bg-ground shadow-pop dark:border-line-strong"
    >
      <header className="border-line border-b bg-surface px-5 pt-6 pb-3 text-center">
        <span aria-hidden className="mx-auto mb-3 block h-1.5 w-16 rounded-full bg-raised" />
        <h2>{phone || "—"}</h2>
        <ZoneNote />
      </header>
      <div
        role="log"
        aria-label={t("messages")}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard.
        tabIndex={0}
        className="flex min-h-0 flex-1 flex-col-reverse overflow-y-auto px-4 py-4 -outline-offset-2"
      >
        {phone === "" ? (
          <p className="m-auto text-center text-soft">{t("choose")}</p>
        ) : error ? (
          <p className="m-auto text-center text-bad">{error}</p>
        ) : !messages ? (
          <Skeleton className="h-20" />
        ) : messages.length === 0 ? (
          <p className="m-auto text-center text-soft">{t("none")}</p>
        ) : (
          <ol className="flex flex-col gap-2.5">
            {[...messages].reverse().map((message, index, all) => (
              <Bubble key={message.id} message={message} before={all[index - 1]} timeZone={timeZone ?? "UTC"} />
            ))}
          </ol>
        )}
      </div>
    </section>
  );
}

function Bubble({ message, before, timeZone }: { message: SandboxMessage; before: SandboxMessage | undefined; timeZone: string }) {
  const t = useTranslations("phone_screen");
  const clock = useClock();
  const dayOf = ({ settled_at: at }: SandboxMessage) => clock(at, timeZone, { day: "numeric", month: "long" });
  const isDelivered = message.status === "delivered";
  return (
    <>
      {(!before || dayOf(before) !== dayOf(message)) && <li className="py-1 text-center text-[0.85rem] text-soft">{dayOf(message)}</li>}
      <li className="flex max-w-[88%] flex-col gap-1 self-start rounded-2xl rounded-bl-md border border-line bg-surface px-3.5 py-2.5">
        <p className="whitespace-pre-wrap break-words">{message.text}</p>
        <p className="flex items-center gap-1.5 text-[0.85rem] text-soft">
          <Instant at={message.settled_at} zone={timeZone}>
            {clock(message.settled_at, timeZone, { timeStyle: "medium" })}
          </Instant>
          {isDelivered ? <CheckCheck size={14} className="text-good" aria-hidden /> : <Check size={14} aria-hidden />}
          {t(isDelivered ? "delivered" : "sent")}
        </p>
      </li>
    </>
  );
}
