"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { inputClass } from "@/components/ui/input-classes";

interface Answer {
  status: number;
  headers: string;
  body: string;
}

const LENGTH_MAX = 20_000;

/** Calls an operation of this very Carillon, and shows what it answers. */
export function TryIt({
  id,
  method,
  path,
  body,
  type,
}: {
  id: string;
  method: string;
  path: string;
  body: string | null;
  type: string;
}) {
  const t = useTranslations("docs");
  const [address, setAddress] = useState(path);
  const [text, setText] = useState(body ?? "");
  const [key, setKey] = useState("");
  const [isSure, setSure] = useState(method === "GET");
  const [isBusy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<Answer | string>();

  async function send() {
    setBusy(true);
    try {
      const response = await fetch(address, {
        method,
        headers: {
          ...(body !== null && { "content-type": type }),
          ...(key && { authorization: `Bearer ${key}` }),
        },
        ...(body !== null && { body: text }),
      });
      const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
      setAnswer({ status: response.status, headers, body: shown(await response.text()) });
    } catch (error) {
      setAnswer(String(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (isSure && !isBusy) void send();
      }}
    >
      <label className="flex flex-col gap-1">
        {t("address")}
        <input
          className={`${inputClass} font-mono text-[0.9rem]`}
          value={address}
          onChange={(event) => setAddress(event.target.value)}
        />
      </label>
      <label className="flex flex-col gap-1">
        {t("key")}
        <input
          className={`${inputClass} font-mono text-[0.9rem]`}
          value={key}
          autoComplete="off"
          placeholder="crl_…"
          onChange={(event) => setKey(event.target.value)}
        />
      </label>
      {body !== null && (
        <label className="flex flex-col gap-1">
          {t("body")}
          <textarea
            className={`${inputClass} font-mono text-[0.9rem]`}
            rows={Math.min(14, text.split("\n").length + 1)}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </label>
      )}
      {method !== "GET" && (
        <label className="flex items-baseline gap-2">
          <input type="checkbox" checked={isSure} onChange={(event) => setSure(event.target.checked)} />
          {t("sure")}
        </label>
      )}
      <Button type="submit" variant="primary" className="self-start" disabled={!isSure || isBusy}>
        {t("send")}
      </Button>
      <output htmlFor={id} className="empty:hidden">
        {typeof answer === "string" ? (
          <p className="text-bad">{answer}</p>
        ) : (
          answer && (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
            <pre tabIndex={0} className="max-h-96 overflow-auto rounded-md bg-raised p-3 text-[0.85rem]">
              {`${answer.status}\n${answer.headers}\n\n${answer.body}`}
            </pre>
          )
        )}
      </output>
    </form>
  );
}

function shown(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2).slice(0, LENGTH_MAX);
  } catch {
    return text.slice(0, LENGTH_MAX);
  }
}
