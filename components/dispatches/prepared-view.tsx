"use client";

import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Pencil, Trash2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useMay } from "@/components/shell/me";
import { type Column, DataTable, RowButton } from "@/components/ui/data-table";
import { ConfirmDialog } from "@/components/ui/dialog";
import { Link } from "@/components/ui/link";
import { useNotice } from "@/components/ui/notice";
import { Instant, useViewerZone } from "@/components/ui/use-zoned";
import type { Template } from "@/lib/contract/dispatches/prepared";
import { call, ProblemError } from "@/lib/web/client";
import { draftsQuery, templatesQuery } from "@/lib/web/prepared-queries";
import { refreshQueries } from "@/lib/web/refresh";
import { useView } from "./use-view";

const TemplateDialog = dynamic(() => import("./form/template-dialog"), { ssr: false });

interface Row {
  id: string;
  name: string;
  text: string;
  editor: string;
  updatedAt: string;
  version: number;
  template?: Template;
}

/** The list of drafts or of templates. */
export function PreparedView({ kind }: { kind: "drafts" | "templates" }) {
  return kind === "drafts" ? <Drafts /> : <Templates />;
}

function Drafts() {
  const t = useTranslations("prepared");
  const { q } = useView();
  const pages = useInfiniteQuery({ ...draftsQuery(q), placeholderData: keepPreviousData });
  const rows = pages.data?.pages
    .flatMap(({ items }) => items)
    .map((draft): Row => {
      const text = String(draft.content.message_text ?? "");
      return {
        ...draft,
        updatedAt: draft.updated_at,
        text,
        name: draft.name ?? (text.trim() || t("untitled")),
      };
    });
  return <Table kind="drafts" rows={rows} source={pages} />;
}

function Templates() {
  const { q } = useView();
  const pages = useInfiniteQuery({ ...templatesQuery(q), placeholderData: keepPreviousData });
  const rows = pages.data?.pages
    .flatMap(({ items }) => items)
    .map(
      (template): Row => ({
        ...{ ...template, updatedAt: template.updated_at, text: template.message_text, template },
      }),
    );
  return <Table kind="templates" rows={rows} source={pages} />;
}

function Table({
  kind,
  rows,
  source,
}: {
  kind: "drafts" | "templates";
  rows: Row[] | undefined;
  source: Parameters<typeof DataTable>[0]["source"];
}) {
  const t = useTranslations("prepared");
  const named = useTranslations("actor");
  const client = useQueryClient();
  const notify = useNotice();
  const mayWrite = useMay("dispatches:write");
  const zone = useViewerZone() ?? "UTC";
  const { q } = useView();
  const [edited, setEdited] = useState<Template>();
  const [toDelete, setToDelete] = useState<Row>();
  const refresh = () => refreshQueries(client, [kind]);
  const remove = useMutation({
    mutationFn: ({ id, version }: Row) =>
      call<void>("DELETE", `${kind}/${id}/`, undefined, { "if-match": `"${version}"` }),
    onSuccess: () => {
      notify({ text: t("deleted") });
      setToDelete(undefined);
      void refresh();
    },
    onError: () => void refresh(),
  });
  const open = ({ id }: Row) => `/dispatches/new?${kind === "drafts" ? "draft" : "template"}=${id}`;
  const columns: Column<Row>[] = [
    {
      head: t("name"),
      kind: "name",
      className: "max-w-96",
      cell: (row) =>
        mayWrite ? (
          <Link
            href={open(row)}
            prefetch={false}
            className="line-clamp-2 hover:underline [overflow-wrap:anywhere]"
          >
            {row.name}
          </Link>
        ) : (
          <span className="line-clamp-2 [overflow-wrap:anywhere]">{row.name}</span>
        ),
    },
    {
      head: t("text"),
      className: "max-w-96 max-sm:hidden",
      cell: ({ text }) => <span className="line-clamp-2 text-soft [overflow-wrap:anywhere]">{text}</span>,
    },
    {
      head: t("changed"),
      cell: ({ editor, updatedAt }) => (
        <>
          <span className="whitespace-nowrap">
            <Instant at={updatedAt} zone={zone} />
          </span>
          <span className="block text-[0.9rem] text-soft [overflow-wrap:anywhere]">
            {named.has(editor) ? named(editor) : editor}
          </span>
        </>
      ),
    },
  ];
  if (mayWrite)
    columns.push({
      head: t("actions"),
      kind: "actions",
      cell: (row) => (
        <>
          {row.template && (
            <RowButton
              icon={Pencil}
              label={t("edit")}
              name={row.name}
              onClick={() => setEdited(row.template)}
            />
          )}
          <RowButton
            icon={Trash2}
            label={t("delete")}
            name={row.name.slice(0, 60)}
            onClick={() => setToDelete(row)}
          />
        </>
      ),
    });
  return (
    <div className="flex flex-col gap-4">
      <DataTable
        label={t(kind)}
        source={source}
        rows={rows}
        keyOf={({ id }) => id}
        empty={q ? t("none_match") : t(`none_${kind}`)}
        more={t("more")}
        columns={columns}
      />
      {edited && <TemplateDialog key={edited.id} template={edited} onClose={() => setEdited(undefined)} />}
      <ConfirmDialog
        title={t(`delete_${kind}`, { name: toDelete?.name.slice(0, 60) ?? "" })}
        isOpen={toDelete !== undefined}
        onClose={() => {
          remove.reset();
          setToDelete(undefined);
        }}
        confirm={{
          label: t("delete"),
          isDanger: true,
          isPending: remove.isPending,
          isDisabled: remove.isError,
          run: () => toDelete && remove.mutate(toDelete),
        }}
      >
        <p className="text-soft">{t(`delete_${kind}_explain`)}</p>
        {remove.isError && (
          <p role="alert" className="rounded-md bg-bad-wash px-3 py-2 text-bad">
            {remove.error instanceof ProblemError && remove.error.problem.status === 412
              ? t("changed_meanwhile")
              : remove.error.message}
          </p>
        )}
      </ConfirmDialog>
    </div>
  );
}
