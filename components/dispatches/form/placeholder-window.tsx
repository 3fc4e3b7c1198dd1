"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type RefObject, useState } from "react";
import { Dialog, ListBox, ListBoxItem, Popover } from "react-aria-components";
import { Aria } from "@/components/ui/aria";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { labelClass } from "@/components/ui/input-classes";
import { Unreadable } from "@/components/ui/list-states";
import { Skeleton } from "@/components/ui/skeleton";
import { attributesQuery } from "@/lib/web/audience-queries";

/** How many attributes we list. The search finds the others. */
const SHOWN = 7;

/** Chooses an attribute of recipients, and its fallback. */
export default function PlaceholderWindow({
  anchor,
  onInsert,
  onClose,
}: {
  anchor: RefObject<HTMLElement | null>;
  onInsert: (placeholder: string) => void;
  onClose: () => void;
}) {
  const t = useTranslations("form.personal");
  const names = useQuery(attributesQuery);
  const [q, setQ] = useState("");
  const [name, setName] = useState<string>();
  const [fallback, setFallback] = useState("");
  const isWrong = /[{}]/.test(fallback);
  const typed = q.trim().toLowerCase();
  const found = names.data?.filter(({ name }) => name.toLowerCase().includes(typed)) ?? [];
  function insert() {
    if (!name || isWrong) return;
    onInsert(fallback.trim() === "" ? `{{${name}}}` : `{{${name}|${fallback.trim()}}}`);
    onClose();
  }
  return (
    <Aria>
      <Popover
        isOpen
        triggerRef={anchor}
        placement="bottom start"
        onOpenChange={(open) => !open && onClose()}
        className="w-80 max-w-[calc(100vw-2rem)] overflow-auto rounded-lg border border-line bg-surface p-3 shadow-pop"
      >
        <Dialog aria-label={t("insert")} className="flex flex-col gap-3 outline-none">
          {names.isError ? (
            <Unreadable onRetry={() => void names.refetch()} />
          ) : !names.data ? (
            <Skeleton className="h-40" />
          ) : names.data.length === 0 ? (
            <p className="text-soft">{t("none")}</p>
          ) : (
            <>
              {names.data.length > SHOWN && <Field label={t("find")} value={q} onChange={setQ} autoFocus />}
              <div className="flex flex-col gap-1.5">
                {names.data.length <= SHOWN && <span className={labelClass}>{t("attribute")}</span>}
                <ListBox
                  aria-label={t("attribute")}
                  autoFocus={names.data.length > SHOWN ? false : "first"}
                  selectionMode="single"
                  selectedKeys={name === undefined ? [] : [name]}
                  onSelectionChange={(keys) => setName([...keys].map(String)[0])}
                  disallowEmptySelection
                  renderEmptyState={() => <p className="px-2.5 py-1.5 text-soft">{t("none_match")}</p>}
                  className="max-h-32 overflow-auto rounded-md border border-line p-1 outline-none"
                >
                  {found.map(({ name }) => (
                    <ListBoxItem
                      key={name}
                      id={name}
                      textValue={name}
                      className="cursor-default rounded px-2.5 py-1.5 outline-none [overflow-wrap:anywhere] data-focus-visible:outline-2 data-focus-visible:outline-accent data-hovered:bg-raised data-selected:bg-accent-wash data-selected:font-medium"
                    >
                      {name}
                    </ListBoxItem>
                  ))}
                </ListBox>
              </div>
              <Field
                label={t("fallback")}
                hint={t("fallback_hint")}
                value={fallback}
                onChange={setFallback}
                error={isWrong ? t("fallback_braces") : undefined}
                onKeyDown={(event) => {
                  // The dialog handles Escape.
                  if (event.key !== "Enter") return event.continuePropagation();
                  event.preventDefault();
                  insert();
                }}
              />
              <Button variant="primary" disabled={name === undefined || isWrong} onClick={insert}>
                {t("add")}
              </Button>
            </>
          )}
        </Dialog>
      </Popover>
    </Aria>
  );
}
