"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Pencil, Plus, Trash2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useFormatter, useTranslations } from "next-intl";
import { useState } from "react";
import { useMay } from "@/components/shell/me";
import { Button } from "@/components/ui/button";
import { type Column, DataTable, RowButton } from "@/components/ui/data-table";
import { Link } from "@/components/ui/link";
import type { Tag } from "@/lib/contract/audience/tag";
import { tagsQuery } from "@/lib/web/queries";
import { refreshQueries } from "@/lib/web/refresh";
import { DeleteDialog } from "./delete-dialog";

const TagDialog = dynamic(() => import("./tag-dialog"), { ssr: false });

/** All tags, and how many recipients have each. */
export function Tags() {
  const t = useTranslations("audience");
  const format = useFormatter();
  const client = useQueryClient();
  const mayWrite = useMay("audience:write");
  const tags = useQuery(tagsQuery);
  const [edited, setEdited] = useState<Tag | "new" | null>(null);
  const [toDelete, setToDelete] = useState<Tag | null>(null);
  const columns: Column<Tag>[] = [
    {
      head: t("name"),
      kind: "name",
      cell: ({ name }) => (
        <Link href={`/audience?tag=${encodeURIComponent(name)}`} className="hover:underline">
          {name}
        </Link>
      ),
    },
    { head: t("recipients"), className: "text-right", cell: ({ recipients }) => format.number(recipients) },
  ];
  if (mayWrite)
    columns.push({
      head: t("actions"),
      kind: "actions",
      className: "w-24",
      cell: (tag) => (
        <>
          <RowButton icon={Pencil} label={t("edit")} name={tag.name} onClick={() => setEdited(tag)} />
          <RowButton icon={Trash2} label={t("delete")} name={tag.name} onClick={() => setToDelete(tag)} />
        </>
      ),
    });
  return (
    <div className="flex flex-col gap-4">
      {mayWrite && (
        <Button className="self-end" onClick={() => setEdited("new")}>
          <Plus size={15} aria-hidden />
          {t("new_tag")}
        </Button>
      )}
      <DataTable
        label={t("tags")}
        source={tags}
        rows={tags.data}
        keyOf={({ id }) => id}
        empty={t("no_tags")}
        columns={columns}
      />
      {edited !== null && (
        <TagDialog tag={edited === "new" ? null : edited} onClose={() => setEdited(null)} />
      )}
      <DeleteDialog
        toDelete={
          toDelete && {
            name: toDelete.name,
            path: `tags/${toDelete.id}/`,
            explain: t("delete_tag_explain", { count: toDelete.recipients }),
          }
        }
        onClose={() => setToDelete(null)}
        onDeleted={() => {
          void refreshQueries(client, ["tags"], ["recipients"]);
        }}
      />
    </div>
  );
}
