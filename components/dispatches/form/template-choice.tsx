"use client";

import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/dialog";
import { EmptyList, Unreadable } from "@/components/ui/list-states";
import { SearchInput } from "@/components/ui/search-input";
import { Skeleton } from "@/components/ui/skeleton";
import type { Template } from "@/lib/contract/dispatches/prepared";
import { templatesQuery } from "@/lib/web/prepared-queries";

/** Chooses a template to begin with. */
export default function TemplateChoice({
  onClose,
  onChoose,
}: {
  onClose: () => void;
  onChoose: (template: Template) => void;
}) {
  const t = useTranslations("form.template");
  const [q, setQ] = useState("");
  const pages = useInfiniteQuery({ ...templatesQuery(q), placeholderData: keepPreviousData });
  const templates = pages.data?.pages.flatMap(({ items }) => items);
  return (
    <ConfirmDialog title={t("choose")} isOpen onClose={onClose}>
      <p className="text-soft">{t("replaces")}</p>
      <SearchInput label={t("search")} value={q} onSettled={setQ} />
      {!templates ? (
        pages.isError ? (
          <Unreadable onRetry={() => pages.refetch()} />
        ) : (
          <Skeleton className="h-32" />
        )
      ) : templates.length === 0 ? (
        <EmptyList text={q ? t("none_match") : t("none")} />
      ) : (
        <ul className="flex max-h-80 flex-col overflow-y-auto rounded-card border border-line">
          {templates.map((template) => (
            <li key={template.id} className="border-line border-b last:border-0">
              <button
                type="button"
                onClick={() => onChoose(template)}
                className="flex w-full flex-col px-3.5 py-2.5 text-left -outline-offset-2 hover:bg-raised"
              >
                <span className="font-medium [overflow-wrap:anywhere]">{template.name}</span>
                <span className="line-clamp-2 text-[0.9rem] text-soft">{template.message_text}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {pages.hasNextPage && (
        <Button isBusy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {t("more")}
        </Button>
      )}
    </ConfirmDialog>
  );
}
