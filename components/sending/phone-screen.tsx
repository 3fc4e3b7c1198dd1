"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Check, CheckCheck, SendHorizontal } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useMay } from "@/components/shell/me";
import { Button } from "@/components/ui/button";
import { inputClass } from "@/components/ui/input-classes";
import { useFailureNotice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { setParams, useSettled } from "@/components/ui/url";
import { Instant, useClock, useViewerZone, ZoneNote } from "@/components/ui/use-zoned";
import type { Reply } from "@/lib/contract/sending/inbound";
import type { SandboxMessage } from "@/lib/contract/sending/sandbox";
import {
  refreshOptOuts,
  sandboxQuery,
  sandboxRepliesQuery,
  someRecipientsQuery,
} from "@/lib/web/audience-queries";
import { call, ProblemError } from "@/lib/web/client";
import { operatorsQuery } from "@/lib/web/queries";

/** A recipient's phone as the sandbox gateway fills it. The address names the phone. */
export function PhoneScreen({ isSandbox }: { isSandbox: boolean }) {
  const t = useTranslations("phone_screen");
  const phone = useSearchParams().get("phone") ?? "";
  const messages = useQuery({ ...sandboxQuery(phone), enabled: isSandbox && phone !== "" });
  const number = messages.data?.phone ?? "";
  const replies = useQuery({ ...sandboxRepliesQuery(number), enabled: isSandbox && number !== "" });
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
              replies={replies.data?.items ?? []}
              error={
                messages.error instanceof ProblemError
                  ? (messages.error.problem.errors?.[0]?.detail ?? messages.error.message)
                  : null
              }
            />
          </div>
        </>
      ) : (
        <p className="rounded-card border border-line border-dashed px-6 py-14 text-center text-soft">
          {t("off")}
        </p>
      )}
    </div>
  );
}

/** The user can type any number; we offer some known ones. */
function Numbers({ chosen }: { chosen: string }) {
  const t = useTranslations("phone_screen");
  const [typed, setTyped] = useState("");
  const recipients = useQuery({
    ...someRecipientsQuery(useSettled(typed.trim())),
    placeholderData: (last) => last,
    retry: false,
  });
  const known = recipients.isError ? [] : recipients.data?.items;
  const operators = useQuery(operatorsQuery);
  const nameOf = (code: string) => operators.data?.find((one) => one.code === code)?.name ?? code;
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
                <span className="truncate text-[0.9rem] text-soft max-md:hidden">
                  {[nameOf(operator), ...tags].join(", ")}
                </span>
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

interface PhoneProps {
  phone: string;
  messages: SandboxMessage[] | undefined;
  replies: Reply[];
  error: string | null;
}

/** One bubble on the screen of the phone: a message, or a reply. */
interface Shown {
  id: string;
  text: string;
  sender: string | null;
  at: string;
  status: "sent" | "delivered" | "answered";
}

function Phone({ phone, messages, replies, error }: PhoneProps) {
  const t = useTranslations("phone_screen");
  const timeZone = useViewerZone();
  const mayAnswer = useMay("audience:write");
  const shown =
    messages &&
    [
      ...messages.map(
        ({ id, text, sender, status, settled_at }): Shown => ({ id, text, sender, status, at: settled_at }),
      ),
      ...replies.map(
        ({ id, text, received_at }): Shown => ({
          ...{ id, text, sender: null, status: "answered", at: received_at },
        }),
      ),
    ].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
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
        ) : !shown ? (
          <Skeleton className="h-20" />
        ) : shown.length === 0 ? (
          <p className="m-auto text-center text-soft">{t("none")}</p>
        ) : (
          <ol className="flex flex-col gap-2.5">
            {shown.map((one, index) => (
              <Bubble key={one.id} shown={one} before={shown[index - 1]} timeZone={timeZone ?? "UTC"} />
            ))}
          </ol>
        )}
      </div>
      {messages && !error && mayAnswer && <Answer phone={phone} />}
    </section>
  );
}

/**
 * Lets the user reply as the owner of the phone. The sandbox reports the reply as a gateway would.
 */
function Answer({ phone }: { phone: string }) {
  const t = useTranslations("phone_screen");
  const client = useQueryClient();
  const [text, setText] = useState("");
  const answer = useMutation({
    mutationFn: () => call<void>("POST", "sandbox/replies/", { phone, text }),
    onSuccess: () => {
      setText("");
      refreshOptOuts(client);
    },
    onError: useFailureNotice(),
  });
  return (
    <form
      className="flex gap-2 border-line border-t bg-surface px-3 pt-2.5 pb-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") answer.mutate();
      }}
    >
      <input
        aria-label={t("reply")}
        placeholder={t("reply")}
        maxLength={1_000}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className={`${inputClass} min-w-0 flex-1`}
      />
      <Button
        type="submit"
        variant="primary"
        isBusy={answer.isPending}
        aria-label={t("send")}
        title={t("send")}
      >
        <SendHorizontal size={16} aria-hidden />
      </Button>
    </form>
  );
}

function Bubble({ shown, before, timeZone }: { shown: Shown; before: Shown | undefined; timeZone: string }) {
  const t = useTranslations("phone_screen");
  const clock = useClock();
  const dayOf = ({ at }: Shown) => clock(at, timeZone, { day: "numeric", month: "long" });
  const side =
    shown.status === "answered"
      ? "self-end rounded-br-md bg-accent-wash"
      : "self-start rounded-bl-md bg-surface";
  return (
    <>
      {(!before || dayOf(before) !== dayOf(shown)) && (
        <li className="py-1 text-center text-[0.85rem] text-soft">{dayOf(shown)}</li>
      )}
      <li className={`flex max-w-[88%] flex-col gap-1 rounded-2xl border border-line px-3.5 py-2.5 ${side}`}>
        {shown.sender && <p className="font-medium text-[0.85rem]">{shown.sender}</p>}
        <p className="whitespace-pre-wrap break-words">{shown.text}</p>
        <p className="flex items-center gap-1.5 text-[0.85rem] text-soft">
          <Instant at={shown.at} zone={timeZone}>
            {clock(shown.at, timeZone, { timeStyle: "medium" })}
          </Instant>
          {shown.status === "delivered" ? (
            <CheckCheck size={14} className="text-good" aria-hidden />
          ) : (
            <Check size={14} aria-hidden />
          )}
          {t(shown.status)}
        </p>
      </li>
    </>
  );
}
