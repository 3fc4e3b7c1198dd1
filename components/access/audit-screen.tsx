"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Aria } from "@/components/ui/aria";
import { Button } from "@/components/ui/button";
import { type Column, DataTable } from "@/components/ui/data-table";
import { Field } from "@/components/ui/field";
import { setParams } from "@/components/ui/url";
import { Instant, useViewerZone, useZoned, ZoneNote } from "@/components/ui/use-zoned";
import type { AuditEntry } from "@/lib/contract/access/audit";
import { auditQuery } from "@/lib/web/access-queries";

/** The audit log: who did what, and from where, newest first. */
export function AuditScreen() {
  const t = useTranslations("audit");
  const timezone = useViewerZone() ?? "UTC";
  const params = useSearchParams();
  const of = (name: string) => params.get(name) ?? "";
  const filter = { actor: of("actor"), action: of("action"), subject: of("subject"), address: of("address") };
  const [typed, setTyped] = useState(filter);
  const pages = useInfiniteQuery({ ...auditQuery(filter), placeholderData: (last) => last });
  const entries = pages.data?.pages.flatMap(({ items }) => items);
  const field = (name: keyof typeof typed) => ({
    label: t(name),
    value: typed[name],
    onChange: (value: string) => setTyped({ ...typed, [name]: value }),
  });
  const columns: Column<AuditEntry>[] = [
    {
      head: t("at"),
      className: "w-28 align-top text-soft [overflow-wrap:anywhere] lg:w-auto lg:whitespace-nowrap",
      cell: (entry) => (
        <>
          <Instant at={entry.at} zone={timezone} />
          <span className="block lg:hidden">
            <Who entry={entry} />
          </span>
        </>
      ),
    },
    { head: t("actor"), className: "hidden align-top lg:table-cell", cell: (entry) => <Who entry={entry} /> },
    {
      head: t("action"),
      className: "align-top",
      cell: ({ action, subject_id, before, after }) => (
        <>
          <Did action={action} />
          <span className="block break-all text-[0.85rem] text-soft xl:whitespace-nowrap">{subject_id}</span>
          <div className="lg:hidden">
            <Changes before={before} after={after} />
          </div>
        </>
      ),
    },
    {
      head: t("changed"),
      className: "hidden align-top lg:table-cell",
      cell: ({ before, after }) => <Changes before={before} after={after} />,
    },
  ];
  return (
    <Aria>
      <div className="flex flex-col gap-5">
        <div className="flex flex-wrap items-baseline gap-x-4">
          <h1>{t("title")}</h1>
          <ZoneNote />
        </div>
        <form
          className="flex flex-wrap items-end gap-2 [&>div]:min-w-44 [&>div]:flex-1"
          onSubmit={(event) => {
            event.preventDefault();
            setParams({
              actor: typed.actor.trim(),
              action: typed.action.trim(),
              subject: typed.subject.trim(),
              address: typed.address.trim(),
            });
          }}
        >
          <Field {...field("actor")} placeholder="ann@example.com" />
          <Field {...field("action")} placeholder="dispatch." />
          <Field {...field("subject")} />
          <Field {...field("address")} placeholder="192.0.2.1" />
          <Button type="submit" className="min-h-10">
            {t("find")}
          </Button>
        </form>
        <DataTable
          label={t("title")}
          source={pages}
          rows={entries}
          keyOf={({ at, subject_id, action }) => `${at} ${subject_id} ${action}`}
          empty={t("none")}
          more={t("more")}
          className="table-fixed lg:table-auto"
          columns={columns}
        />
      </div>
    </Aria>
  );
}

/** Who did it, and the id of the request, by which one finds it in the logs. */
function Who({ entry: { actor, address, request_id } }: { entry: AuditEntry }) {
  const t = useTranslations("audit");
  const named = useTranslations("actor");
  return (
    <>
      {named.has(actor) ? named(actor) : actor}
      {address && <span className="block text-[0.85rem] text-soft">{address}</span>}
      {request_id && (
        <span
          className="block break-all font-mono text-[0.8rem] text-soft max-lg:hidden xl:whitespace-nowrap"
          title={t("request_id")}
        >
          {request_id}
        </span>
      )}
    </>
  );
}

/** What was done, in words, and its code, for which people search. */
function Did({ action }: { action: string }) {
  const t = useTranslations("audit.did");
  const text = t.has(action) ? t(action) : action;
  return <span title={action}>{text}</span>;
}

const isInstant = (value: unknown): value is string =>
  typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The fields whose values are codes with words of their own. */
const coded = new Set(["status", "state", "role"]);

/** The changed fields, before and after. */
function Changes({ before, after }: Pick<AuditEntry, "before" | "after">) {
  const t = useTranslations("audit");
  const field = useTranslations("audit.field");
  const word = useTranslations("audit.value");
  const named = useTranslations("actor");
  const zoned = useZoned();
  const timezone = useViewerZone() ?? "UTC";
  const shown = (value: unknown): string => {
    if (isInstant(value)) return zoned(value, timezone);
    if (value === null || value === undefined || value === "") return t("nothing");
    if (typeof value === "boolean") return t(value ? "yes" : "no");
    if (Array.isArray(value)) return value.length === 0 ? t("nothing") : value.map(shown).join(", ");
    return typeof value === "object"
      ? Object.entries(value)
          .map(([key, inner]) => `${key}: ${shown(inner)}`)
          .join(", ")
      : String(value);
  };
  const part = (key: string, value: unknown) => {
    if (isInstant(value)) return <Instant at={value} zone={timezone} />;
    if (key === "changedBy" && typeof value === "string" && named.has(value)) return named(value);
    return coded.has(key) && typeof value === "string" && word.has(value) ? word(value) : shown(value);
  };
  const [old, now] = [isRecord(before) ? before : {}, isRecord(after) ? after : {}];
  // What a new thing does not have, and the id that stands beside, say nothing.
  const isTold = (key: string) =>
    Object.hasOwn(old, key) && Object.hasOwn(now, key)
      ? JSON.stringify(old[key]) !== JSON.stringify(now[key])
      : key !== "id" && shown(old[key] ?? now[key]) !== t("nothing");
  const fields = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter(isTold);
  if (fields.length === 0) return null;
  return (
    <dl className="grid grid-cols-[fit-content(55%)_minmax(0,1fr)] gap-x-3 gap-y-0.5 text-[0.9rem]">
      {fields.map((key) => (
        <div key={key} className="contents">
          <dt className="text-soft">{field.has(key) ? field(key) : key}</dt>
          <dd className="line-clamp-3 [overflow-wrap:anywhere]">
            {Object.hasOwn(old, key) && (
              <del className={Object.hasOwn(now, key) ? "text-soft" : ""}>{part(key, old[key])}</del>
            )}{" "}
            {Object.hasOwn(now, key) && part(key, now[key])}
          </dd>
        </div>
      ))}
    </dl>
  );
}
