"use client";

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ArrowLeft, Bell, BellOff, Download, Pencil, Trash2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useMay } from "@/components/shell/me";
import { Button } from "@/components/ui/button";
import { type Column, DataTable } from "@/components/ui/data-table";
import { ConfirmDialog } from "@/components/ui/dialog";
import { Link } from "@/components/ui/link";
import { EmptyList, ListSkeleton, Unreadable } from "@/components/ui/list-states";
import { useFailureNotice, useNotice } from "@/components/ui/notice";
import { useReason } from "@/components/ui/use-reason";
import { Instant, useCity, useViewerZone, ZoneNote } from "@/components/ui/use-zoned";
import type { Recipient } from "@/lib/contract/audience/recipient";
import type { Suppression } from "@/lib/contract/audience/suppression";
import type { PersonData, PersonMessage } from "@/lib/contract/dispatches/person";
import type { Reply } from "@/lib/contract/sending/inbound";
import { call } from "@/lib/web/client";
import {
  personMessagesQuery,
  personQuery,
  personRepliesQuery,
  personSuppressionsQuery,
  refreshPerson,
} from "@/lib/web/person-queries";
import { operatorsQuery } from "@/lib/web/queries";
import { Source } from "./suppression-source";

const EraseDialog = dynamic(() => import("./erase-dialog"), { ssr: false });
const RecipientDialog = dynamic(() => import("./recipient-dialog"), { ssr: false });

/** All that we know about one number, and what one can do with it. */
export function PersonScreen({ phone }: { phone: string }) {
  const t = useTranslations("person");
  const audience = useTranslations("audience");
  const recipient = useQuery(personQuery(phone));
  const suppressions = useQuery(personSuppressionsQuery(phone));
  const reasons = suppressions.data?.items;
  return (
    <div className="flex flex-col gap-6">
      <div className="flex flex-col gap-3">
        <Link
          href="/audience"
          className="inline-flex items-center gap-1.5 self-start text-soft hover:text-ink"
        >
          <ArrowLeft size={15} aria-hidden />
          {audience("title")}
        </Link>
        <div className="flex flex-wrap items-center justify-between gap-3">
          <h1 className="flex flex-wrap items-baseline gap-x-3">
            {phone}
            {reasons && reasons.length > 0 && (
              <span className="font-normal text-base text-warn">{audience("opted_out")}</span>
            )}
          </h1>
          <Actions phone={phone} recipient={recipient.data ?? null} isOut={(reasons?.length ?? 0) > 0} />
        </div>
      </div>
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(16rem,2fr)_minmax(0,5fr)]">
        <div className="flex min-w-0 flex-col gap-6">
          <section aria-labelledby="about" className="flex flex-col gap-3">
            <h2 id="about">{t("about")}</h2>
            {recipient.data ? (
              <About recipient={recipient.data} />
            ) : recipient.isError ? (
              <Unreadable onRetry={() => recipient.refetch()} />
            ) : recipient.isPending ? (
              <ListSkeleton />
            ) : (
              <p className="text-soft">{t("nobody")}</p>
            )}
          </section>
          {reasons && reasons.length > 0 && <Reasons reasons={reasons} />}
          {suppressions.isError && <Unreadable onRetry={() => suppressions.refetch()} />}
        </div>
        <div className="flex min-w-0 flex-col gap-6">
          <History phone={phone} />
          <Replies phone={phone} />
        </div>
      </div>
    </div>
  );
}

function Actions({
  phone,
  recipient,
  isOut,
}: {
  phone: string;
  recipient: Recipient | null;
  isOut: boolean;
}) {
  const t = useTranslations("person");
  const audience = useTranslations("audience");
  const client = useQueryClient();
  const router = useRouter();
  const notify = useNotice();
  const [mayWrite, mayExport, mayErase] = [
    useMay("audience:write"),
    useMay("audience:export"),
    useMay("audience:erase"),
  ];
  const [asks, setAsks] = useState<"edit" | "opt_in" | "erase" | null>(null);
  const close = () => setAsks(null);
  const optOut = useMutation({
    mutationFn: (isOut: boolean) =>
      isOut
        ? call<unknown>("POST", "suppressions/", { phone })
        : call<void>("DELETE", `suppressions/${encodeURIComponent(phone)}/`),
    onSuccess: (_, isOut) => {
      refreshPerson(client, phone);
      notify({ text: audience(isOut ? "opted_out_done" : "opted_in_done", { phone }), tone: "good" });
      close();
    },
    onError: useFailureNotice(),
  });
  const download = useMutation({
    mutationFn: () => call<PersonData>("GET", `recipients/${encodeURIComponent(phone)}/data/`),
    onSuccess: (data) => save(JSON.stringify(data, null, 2), `${phone.replace("+", "")}.json`),
    onError: useFailureNotice(),
  });
  return (
    <div className="flex flex-wrap gap-2">
      {mayWrite && recipient && (
        <Button onClick={() => setAsks("edit")}>
          <Pencil size={15} aria-hidden />
          {audience("edit")}
        </Button>
      )}
      {mayWrite && (
        <Button isBusy={optOut.isPending} onClick={() => (isOut ? setAsks("opt_in") : optOut.mutate(true))}>
          {isOut ? <Bell size={15} aria-hidden /> : <BellOff size={15} aria-hidden />}
          {audience(isOut ? "opt_in" : "opt_out")}
        </Button>
      )}
      {mayExport && (
        <Button isBusy={download.isPending} onClick={() => download.mutate()}>
          <Download size={15} aria-hidden />
          {t("data")}
        </Button>
      )}
      {mayErase && (
        <Button variant="alarm" onClick={() => setAsks("erase")}>
          <Trash2 size={15} aria-hidden />
          {t("erase_ask")}
        </Button>
      )}
      {asks === "edit" && (
        <RecipientDialog
          recipient={recipient}
          onClose={() => {
            refreshPerson(client, phone);
            close();
          }}
        />
      )}
      <ConfirmDialog
        title={audience("opt_in_title", { phone })}
        isOpen={asks === "opt_in"}
        onClose={close}
        confirm={{
          label: audience("opt_in"),
          isPending: optOut.isPending,
          run: () => optOut.mutate(false),
        }}
      >
        <p className="text-soft">{audience("take_back_explain")}</p>
      </ConfirmDialog>
      {asks === "erase" && (
        <EraseDialog
          phone={phone}
          onClose={close}
          onErased={() => {
            notify({ text: t("erased"), tone: "good" });
            router.replace("/audience");
            for (const list of ["recipients", "suppressions", "replies", "messages", "tags"])
              client.removeQueries({ queryKey: [list] });
          }}
        />
      )}
    </div>
  );
}

/** Downloads a file. */
function save(text: string, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

const listClass =
  "grid grid-cols-[minmax(0,1fr)_minmax(0,2fr)] gap-x-4 gap-y-2 rounded-card border border-line bg-surface p-4";

function About({ recipient }: { recipient: Recipient }) {
  const t = useTranslations("person");
  const audience = useTranslations("audience");
  const cityOf = useCity();
  const timeZone = useViewerZone() ?? "UTC";
  const operators = useQuery(operatorsQuery);
  const { operator, timezone, tags, attributes, created_at } = recipient;
  const rows: [name: string, value: React.ReactNode][] = [
    [audience("operator"), operators.data?.find(({ code }) => code === operator)?.name ?? operator],
    [audience("timezone"), timezone ? cityOf(timezone) : "—"],
    [audience("tags"), tags.length > 0 ? tags.join(", ") : "—"],
    [t("added"), <Instant key="added" at={created_at} zone={timeZone} />],
    ...Object.entries(attributes),
  ];
  return (
    <dl className={listClass}>
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-soft [overflow-wrap:anywhere]">{name}</dt>
          <dd className="[overflow-wrap:anywhere]">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Reasons({ reasons }: { reasons: Suppression[] }) {
  const audience = useTranslations("audience");
  const timeZone = useViewerZone() ?? "UTC";
  return (
    <section aria-labelledby="reasons" className="flex flex-col gap-3">
      <h2 id="reasons">{audience("suppressions")}</h2>
      <ul className="divide-y divide-line rounded-card border border-line bg-surface">
        {reasons.map(({ reason, source, at }) => (
          <li key={reason} className="px-4 py-2.5">
            {audience(`reason.${reason}`)}
            <span className="block text-[0.9rem] text-soft [overflow-wrap:anywhere]">
              <Source source={source} /> · <Instant at={at} zone={timeZone} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function History({ phone }: { phone: string }) {
  const t = useTranslations("person");
  const audience = useTranslations("audience");
  const outcome = useTranslations("outcome");
  const reason = useReason();
  const timeZone = useViewerZone() ?? "UTC";
  const pages = useInfiniteQuery(personMessagesQuery(phone));
  const rows = pages.data?.pages.flatMap(({ items }) => items);
  const columns: Column<PersonMessage>[] = [
    {
      head: t("text"),
      kind: "name",
      className: "w-full [overflow-wrap:anywhere]",
      cell: ({ dispatch_id, text, is_test, status, error, settled_at, claimed_at }) => (
        <>
          <Link href={`/dispatches/${dispatch_id}`} className="line-clamp-2 font-normal hover:underline">
            {text ?? t("no_text")}
          </Link>
          <span className="block font-normal text-[0.9rem] text-soft md:hidden">
            {outcome(status)}
            {error && <> · {reason(error)}</>} · <Instant at={settled_at ?? claimed_at} zone={timeZone} />
          </span>
          {is_test && <span className="font-normal text-[0.9rem] text-soft">{t("test")}</span>}
        </>
      ),
    },
    {
      head: t("outcome"),
      className: "hidden min-w-44 md:table-cell",
      cell: ({ status, error }) => (
        <>
          {outcome(status)}
          {error && <span className="block wrap-break-word text-[0.9rem] text-soft">{reason(error)}</span>}
        </>
      ),
    },
    {
      head: t("when"),
      className: "hidden whitespace-nowrap text-soft md:table-cell",
      cell: ({ settled_at, claimed_at }) => <Instant at={settled_at ?? claimed_at} zone={timeZone} />,
    },
  ];
  // A page may be empty although more follow: then only its button is shown.
  const isEmpty = rows?.length === 0 && !pages.hasNextPage;
  return (
    <section aria-labelledby="history" className="flex flex-col gap-3">
      <div className="flex flex-wrap items-baseline gap-x-4">
        <h2 id="history">{t("history")}</h2>
        <ZoneNote />
      </div>
      {isEmpty ? (
        <EmptyList text={t("no_history")} />
      ) : (
        <DataTable
          label={t("history")}
          source={pages}
          rows={rows}
          keyOf={({ id }) => id}
          more={audience("more")}
          columns={columns}
        />
      )}
    </section>
  );
}

function Replies({ phone }: { phone: string }) {
  const t = useTranslations("person");
  const audience = useTranslations("audience");
  const timeZone = useViewerZone() ?? "UTC";
  const pages = useInfiniteQuery(personRepliesQuery(phone));
  const columns: Column<Reply>[] = [
    {
      head: audience("reply"),
      kind: "name",
      className: "w-full [overflow-wrap:anywhere]",
      cell: ({ text, received_at }) => (
        <>
          <span className="whitespace-pre-wrap font-normal">{text}</span>
          <span className="block font-normal text-[0.9rem] text-soft md:hidden">
            <Instant at={received_at} zone={timeZone} />
          </span>
        </>
      ),
    },
    {
      head: audience("received"),
      className: "hidden whitespace-nowrap text-soft md:table-cell",
      cell: ({ received_at }) => <Instant at={received_at} zone={timeZone} />,
    },
  ];
  return (
    <section aria-labelledby="replies" className="flex flex-col gap-3">
      <h2 id="replies">{audience("replies")}</h2>
      <DataTable
        label={audience("replies")}
        source={pages}
        rows={pages.data?.pages.flatMap(({ items }) => items)}
        keyOf={({ id }) => id}
        empty={t("no_replies")}
        more={audience("more")}
        columns={columns}
      />
    </section>
  );
}
