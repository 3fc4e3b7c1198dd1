"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { FileUp } from "lucide-react";
import dynamic from "next/dynamic";
import { useFormatter, useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { ImportFailure } from "@/components/audience/import/import-failure";
import { useMay } from "@/components/shell/me";
import { Button } from "@/components/ui/button";
import { CallButton } from "@/components/ui/call-button";
import { hintClass, inputClass } from "@/components/ui/input-classes";
import { EmptyList, ListSkeleton, Unreadable } from "@/components/ui/list-states";
import { useFailureNotice } from "@/components/ui/notice";
import { Instant, useViewerZone, ZoneNote } from "@/components/ui/use-zoned";
import type { RangeLoad } from "@/lib/contract/audience/number-range";
import { prefixTable } from "@/lib/domain/audience/prefixes";
import { rangeLoadsQuery, rangeOfQuery } from "@/lib/web/audience-queries";
import { call } from "@/lib/web/client";
import { operatorsQuery } from "@/lib/web/queries";
import { refreshQueries } from "@/lib/web/refresh";
import type { RangeChoices } from "./range-review";

const RangeReview = dynamic(() => import("./range-review").then((module) => module.RangeReview), {
  ssr: false,
  loading: () => <ListSkeleton />,
});

interface Ask {
  /** Null to remove all ranges. */
  file: File | null;
  choices: RangeChoices;
}

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

async function send({ file, choices }: Ask): Promise<RangeLoad> {
  const { operators, ...texts } = choices;
  const query = new URLSearchParams({ dry_run: "true" });
  if (file === null) {
    query.set("take_unknown", texts.take_unknown ?? "false");
    return call<RangeLoad>("DELETE", `number-ranges/?${query}`);
  }
  for (const [name, value] of Object.entries(texts)) if (value !== undefined) query.set(name, value);
  if (operators && Object.keys(operators).length > 0) query.set("operators", JSON.stringify(operators));
  query.set("file_name", file.name.replaceAll(/[\p{Cc}\p{Cs}]/gu, "").slice(0, 200));
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const type = first === 0x50 && second === 0x4b ? XLSX : "text/csv";
  return call<RangeLoad>("POST", `number-ranges/?${query}`, file, { "content-type": type });
}

/**
 * The number ranges, by which we find operators. To replace them the user loads a file, sees what
 * it changes, and applies it.
 */
export function NumberRanges() {
  const t = useTranslations("ranges");
  const client = useQueryClient();
  const mayWrite = useMay("operators:write");
  const loads = useQuery(rangeLoadsQuery);
  const [asked, setAsked] = useState<Ask | null>(null);
  const [checked, setChecked] = useState<RangeLoad | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const refresh = () => refreshQueries(client, rangeLoadsQuery.queryKey);
  const forget = (load: RangeLoad | null) =>
    load && call("DELETE", `number-range-loads/${load.id}/`).catch(() => {});

  const check = useMutation({
    mutationFn: send,
    onMutate: setAsked,
    onSuccess: async (load) => {
      const before = checked;
      setChecked(load);
      await forget(before);
    },
    onSettled: refresh,
  });
  function leave(isKept = false): void {
    if (!isKept) void forget(checked)?.then(refresh);
    setChecked(null);
    setAsked(null);
    check.reset();
  }

  const items = loads.data?.items;
  const current = items?.find(({ is_current }) => is_current);
  const running = items?.find(({ status }) => status === "running");
  const waiting = items?.find(({ status }) => status === "reviewed");
  const isIdle = mayWrite && !running && !checked && !check.isPending;
  return (
    <section aria-labelledby="ranges" className="mt-4 flex min-w-0 flex-col gap-3">
      <div className="flex flex-wrap items-baseline gap-x-4">
        <h2 id="ranges">{t("title")}</h2>
        <ZoneNote />
      </div>
      <p className="max-w-2xl text-soft">{t("hint")}</p>
      {!items ? (
        loads.isError ? (
          <Unreadable onRetry={() => void loads.refetch()} />
        ) : (
          <ListSkeleton />
        )
      ) : checked ? (
        <RangeReview
          key={checked.id}
          load={checked}
          choices={asked?.choices ?? {}}
          isChecking={check.isPending}
          error={check.error}
          onCheck={
            asked &&
            ((choices) => check.mutate({ file: asked.file, choices: { ...asked.choices, ...choices } }))
          }
          onLeave={() => leave()}
          onApplied={() => {
            leave(true);
            return refresh();
          }}
        />
      ) : (
        <>
          {current ? <Current load={current} /> : <EmptyList text={t("none")} />}
          {running && <Running load={running} />}
          {current?.status === "failed" && mayWrite && <Broken load={current} onDone={refresh} />}
          {check.isPending && (
            <p role="status" className="text-soft">
              {t(asked?.file ? "reading" : "counting")}
            </p>
          )}
          <ImportFailure error={check.error} />
          {isIdle && (
            <div className="flex flex-wrap items-center gap-2">
              <Button onClick={() => input.current?.click()}>
                <FileUp size={15} aria-hidden />
                {t(current ? "load_other" : "load")}
              </Button>
              {current && (
                <Button variant="quiet" onClick={() => check.mutate({ file: null, choices: {} })}>
                  {t("remove")}
                </Button>
              )}
              <span className={hintClass}>{t("file_hint")}</span>
            </div>
          )}
          {isIdle && waiting && (
            <div className="flex flex-wrap items-center gap-2">
              <span className="text-soft">{t("waiting", { name: waiting.file_name ?? t("removal") })}</span>
              <Button onClick={() => setChecked(waiting)}>{t("resume")}</Button>
              <CallButton
                variant="quiet"
                call={() => call<void>("DELETE", `number-range-loads/${waiting.id}/`)}
                onSettled={refresh}
              >
                {t("discard")}
              </CallButton>
            </div>
          )}
          <NumberCheck />
        </>
      )}
      <input
        ref={input}
        type="file"
        accept=".csv,.txt,.xlsx,text/csv,text/plain"
        aria-label={t("load")}
        tabIndex={-1}
        className="sr-only"
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (file) check.mutate({ file, choices: {} });
        }}
      />
    </section>
  );
}

function Current({ load }: { load: RangeLoad }) {
  const t = useTranslations("ranges");
  const actor = useTranslations("actor");
  const zone = useViewerZone() ?? "UTC";
  const by = actor.has(load.actor) ? actor(load.actor) : load.actor;
  return (
    <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1 rounded-card border border-line bg-surface px-4 py-3">
      <strong className="font-semibold">{t("loaded", { count: load.ranges })}</strong>
      {load.file_name && <span className="break-all">{load.file_name}</span>}
      <span className="text-soft">{t("by", { actor: by })}</span>
      <span className="text-soft">
        <Instant at={load.created_at} zone={zone} />
      </span>
    </div>
  );
}

/** How far the load is. */
function Running({ load }: { load: RangeLoad }) {
  const t = useTranslations("ranges");
  const format = useFormatter();
  const percent = Math.floor(load.progress * 100);
  return (
    <div className="flex flex-col gap-1.5">
      <p role="status">
        {load.stage === "applying"
          ? `${t("applying", { progress: format.number(percent / 100, { style: "percent" }) })} · ${t("moved", { count: load.moved })}`
          : t("reading")}
      </p>
      <span className="h-1 overflow-hidden rounded-full bg-raised" aria-hidden>
        <span className="block h-full rounded-full bg-busy" style={{ width: `${Math.max(2, percent)}%` }} />
      </span>
    </div>
  );
}

function Broken({ load, onDone }: { load: RangeLoad; onDone: () => unknown }) {
  const t = useTranslations("ranges");
  return (
    <div role="alert" className="flex flex-wrap items-center gap-3 rounded-md bg-bad-wash px-3 py-2 text-bad">
      {t("broken")} {load.error?.detail}
      <CallButton
        call={() => call<RangeLoad>("POST", `number-range-loads/${load.id}/apply/`)}
        onSettled={onDone}
      >
        {t("go_on")}
      </CallButton>
    </div>
  );
}

/** Says which range a number is in, and without one whose prefix it has. */
function NumberCheck() {
  const t = useTranslations("ranges");
  const [typed, setTyped] = useState("");
  const [phone, setPhone] = useState("");
  const found = useQuery(rangeOfQuery(phone));
  const operators = useQuery(operatorsQuery);
  const showFailure = useFailureNotice();
  const range = found.data?.items[0];
  const nameOf = (code: string) => operators.data?.find((one) => one.code === code)?.name ?? code;
  const byPrefix = () =>
    prefixTable(
      (operators.data ?? []).flatMap(({ name, prefixes }) =>
        prefixes.map((prefix) => [prefix, name] as const),
      ),
    ).find(`+${phone.replace(/\D/g, "")}`);
  const operator = found.data && !range ? byPrefix() : undefined;
  return (
    <form
      className="flex flex-wrap items-center gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        setPhone(typed.trim());
        if (found.isError) void found.refetch().then(({ error }) => error && showFailure(error));
      }}
    >
      <label htmlFor="number-check" className="font-medium">
        {t("check_number")}
      </label>
      <input
        id="number-check"
        type="tel"
        value={typed}
        maxLength={40}
        placeholder="+79161234567"
        onChange={(event) => setTyped(event.target.value)}
        className={`${inputClass} w-44`}
      />
      <Button type="submit" isBusy={found.isFetching}>
        {t("check")}
      </Button>
      <span role="status" className={found.isError ? "text-bad" : ""}>
        {found.isError && found.error.message}
        {found.data &&
          (range ? (
            <>
              {t("in_range", { operator: nameOf(range.operator), from: range.from, to: range.to })}
              <span className="text-soft">
                {[range.region, range.timezone].filter(Boolean).map((text) => ` · ${text}`)}
              </span>
            </>
          ) : (
            t(operator ? "by_prefix" : "in_none", { operator: operator ?? "" })
          ))}
      </span>
    </form>
  );
}
