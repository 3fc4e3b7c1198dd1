"use client";

import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Pencil, Plus, Send, Trash2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useFormatter, useTranslations } from "next-intl";
import { useState } from "react";
import { DeleteDialog } from "@/components/audience/delete-dialog";
import { useMay } from "@/components/shell/me";
import { Button } from "@/components/ui/button";
import { type Column, DataTable, RowButton } from "@/components/ui/data-table";
import { Link } from "@/components/ui/link";
import { SearchInput } from "@/components/ui/search-input";
import type { CountedAudience } from "@/lib/contract/audience/saved-audience";
import { audiencesQuery } from "@/lib/web/audience-queries";
import { refreshQueries } from "@/lib/web/refresh";
import { useAudienceWords } from "./use-audience-words";

const AudienceDialog = dynamic(() => import("./audience-dialog"), { ssr: false });

/** The saved audiences: their conditions in words, their size, and a link to a new dispatch. */
export function SavedAudiences() {
  const t = useTranslations("audience");
  const format = useFormatter();
  const client = useQueryClient();
  const wordsOf = useAudienceWords();
  const mayWrite = useMay("audience:write");
  const maySend = useMay("dispatches:write");
  const [q, setQ] = useState("");
  const audiences = useInfiniteQuery({ ...audiencesQuery(q), placeholderData: (last) => last });
  const [edited, setEdited] = useState<CountedAudience | "new" | null>(null);
  const [toDelete, setToDelete] = useState<CountedAudience | null>(null);
  const countOf = (found: CountedAudience["recipients"]) =>
    found === null ? "—" : `${found.is_estimate ? "≈ " : ""}${format.number(found.count)}`;
  const columns: Column<CountedAudience>[] = [
    {
      head: t("name"),
      kind: "name",
      className: "w-full lg:w-1/3",
      cell: ({ name, expression, recipients }) => (
        <>
          {name}
          <span className="block font-normal text-[0.9rem] text-soft lg:hidden">
            {wordsOf(expression).join(" ")}
            <span className="block">{`${t("recipients")}: ${countOf(recipients)}`}</span>
          </span>
        </>
      ),
    },
    {
      head: t("conditions"),
      className: "wrap-anywhere hidden text-soft lg:table-cell",
      cell: ({ expression }) => wordsOf(expression).join(" "),
    },
    {
      head: t("recipients"),
      className: "hidden text-right whitespace-nowrap lg:table-cell",
      cell: ({ recipients }) => countOf(recipients),
    },
  ];
  if (mayWrite || maySend)
    columns.push({
      head: t("actions"),
      kind: "actions",
      className: "w-px",
      cell: (audience) => (
        <>
          {maySend && (
            <Link
              href={`/dispatches/new?audience=${audience.id}`}
              className="inline-flex items-center gap-1.5 rounded-md px-2 py-1.5 font-medium text-accent hover:underline"
            >
              <Send size={15} aria-hidden className="shrink-0" />
              <span className="sr-only lg:not-sr-only lg:whitespace-nowrap">{t("use_audience")}</span>
            </Link>
          )}
          {mayWrite && (
            <>
              <RowButton
                icon={Pencil}
                label={t("edit")}
                name={audience.name}
                onClick={() => setEdited(audience)}
              />
              <RowButton
                icon={Trash2}
                label={t("delete")}
                name={audience.name}
                onClick={() => setToDelete(audience)}
              />
            </>
          )}
        </>
      ),
    });
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-3">
        <SearchInput label={t("find_audience")} value={q} onSettled={setQ} className="w-full sm:w-72" />
        {mayWrite && (
          <Button className="ml-auto" onClick={() => setEdited("new")}>
            <Plus size={15} aria-hidden />
            {t("new_audience")}
          </Button>
        )}
      </div>
      <DataTable
        label={t("audiences")}
        source={audiences}
        rows={audiences.data?.pages.flatMap(({ items }) => items)}
        keyOf={({ id }) => id}
        empty={q === "" ? t("no_audiences") : t("no_audience_found")}
        columns={columns}
      />
      {audiences.hasNextPage && (
        <Button
          className="self-center"
          isBusy={audiences.isFetchingNextPage}
          onClick={() => void audiences.fetchNextPage()}
        >
          {t("more")}
        </Button>
      )}
      {edited !== null && (
        <AudienceDialog audience={edited === "new" ? null : edited} onClose={() => setEdited(null)} />
      )}
      <DeleteDialog
        toDelete={
          toDelete && {
            name: toDelete.name,
            path: `audiences/${toDelete.id}/`,
            explain: t("delete_audience_explain"),
          }
        }
        onClose={() => setToDelete(null)}
        onDeleted={() => void refreshQueries(client, ["audiences"])}
      />
    </div>
  );
}
