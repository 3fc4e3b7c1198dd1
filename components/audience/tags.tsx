"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Pencil, Plus, Trash2 } from "lucide-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useFormatter, useTranslations } from "next-intl";
import { useState } from "react";
import { useMay } from "@/components/shell/me";
import { Button } from "@/components/ui/button";
import { cellClass, EmptyList, headClass, ListSkeleton, Unreadable } from "@/components/ui/list-states";
import type { Tag } from "@/lib/contract/audience/tag";
import { tagsQuery } from "@/lib/web/queries";
import { DeleteDialog } from "./delete-dialog";

const TagDialog = dynamic(() => import("./tag-dialog"), { ssr: false });

/** Every tag and how many have it. */
export function Tags() {
  const t = useTranslations("audience");
  const format = useFormatter();
  const client = useQueryClient();
  const mayWrite = useMay("audience:write");
  const tags = useQuery(tagsQuery);
  const [edited, setEdited] = useState<Tag | "new" | null>(null);
  const [toDelete, setToDelete] = useState<Tag | null>(null);
  return (
    <div className="flex flex-col gap-4">
      {mayWrite && (
        <Button className="self-end" onClick={() => setEdited("new")}>
          <Plus size={15} aria-hidden />
          {t("new_tag")}
        </Button>
      )}
      {tags.isError && !tags.data ? (
        <Unreadable onRetry={() => tags.refetch()} />
      ) : !tags.data ? (
        <ListSkeleton />
      ) : tags.data.length === 0 ? (
        <EmptyList text={t("no_tags")} />
      ) : (
        <div className="overflow-hidden rounded-card border border-line bg-surface">
          <table className="w-full border-collapse">
            <caption className="sr-only">{t("tags")}</caption>
            <thead>
              <tr>
                <th scope="col" className={headClass}>
                  {t("name")}
                </th>
                <th scope="col" className={`${headClass} text-right`}>
                  {t("recipients")}
                </th>
                {mayWrite && (
                  <th scope="col" className={headClass}>
                    <span className="sr-only">{t("actions")}</span>
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {tags.data.map((tag) => (
                <tr key={tag.id} className="border-line border-b last:border-0 hover:bg-raised">
                  <th scope="row" className={`${cellClass} break-words text-left font-medium`}>
                    <Link href={`/audience?tag=${encodeURIComponent(tag.name)}`} className="hover:underline">
                      {tag.name}
                    </Link>
                  </th>
                  <td className={`${cellClass} text-right`}>{format.number(tag.recipients)}</td>
                  {mayWrite && (
                    <td className="w-24 whitespace-nowrap py-1 pr-2 text-right">
                      <Button variant="quiet" aria-label={`${t("edit")} ${tag.name}`} title={t("edit")} onClick={() => setEdited(tag)}>
                        <Pencil size={15} aria-hidden />
                      </Button>
                      <Button
                        variant="quiet"
                        aria-label={`${t("delete")} ${tag.name}`}
                        title={t("delete")}
                        onClick={() => setToDelete(tag)}
                      >
                        <Trash2 size={15} aria-hidden />
                      </Button>
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {edited !== null && <TagDialog tag={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
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
          void client.invalidateQueries({ queryKey: ["tags"] });
          void client.invalidateQueries({ queryKey: ["recipients"] });
        }}
      />
    </div>
  );
}
