"use client";

import { useQuery } from "@tanstack/react-query";
import { Bookmark, Pencil, Trash2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useMay } from "@/components/shell/me";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/select";
import { setParams } from "@/components/ui/url";
import type { DispatchView } from "@/lib/contract/dispatches/view";
import { viewsQuery } from "@/lib/web/queries";
import { useView } from "./use-view";
import { savedPart } from "./view";

const SaveView = dynamic(() => import("./view-dialogs").then((module) => module.SaveView), { ssr: false });
const RenameView = dynamic(() => import("./view-dialogs").then((module) => module.RenameView), {
  ssr: false,
});
const DeleteView = dynamic(() => import("./view-dialogs").then((module) => module.DeleteView), {
  ssr: false,
});

const nothing = ["view", "q", "status", "sort", "period", "tag", "audience", "author", "month", "day"];
const textOf = (filter: object) => JSON.stringify(Object.entries(filter).sort());

/** The team's saved views, and the actions for the one that is shown. */
export function SavedViews() {
  const t = useTranslations("views");
  const mayWrite = useMay("dispatches:write");
  const filter = savedPart(useView());
  const { data } = useQuery(viewsQuery);
  const views = [...(data?.items ?? [])].sort((a, b) => a.name.localeCompare(b.name));
  const shown = views.find((view) => textOf(view.filter) === textOf(filter));
  const [isSaving, setSaving] = useState(false);
  const [toRename, setToRename] = useState<DispatchView>();
  const [toDelete, setToDelete] = useState<DispatchView>();
  const { view: _, ...narrowed } = filter;
  const show = (filter: object) =>
    setParams({ ...Object.fromEntries(nothing.map((key) => [key, null])), ...filter });
  return (
    <>
      {views.length > 0 && (
        <Select
          aria-label={t("label")}
          className="min-w-0 max-w-[calc(100%-6rem)] sm:w-40"
          value={shown?.id ?? ""}
          onChange={({ target: { value } }) => show(views.find(({ id }) => id === value)?.filter ?? {})}
        >
          <option value="">{t("none")}</option>
          {views.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      )}
      {mayWrite && shown && (
        <span className="flex">
          <Button
            variant="quiet"
            aria-label={t("rename", { name: shown.name })}
            onClick={() => setToRename(shown)}
            className="min-h-9"
          >
            <Pencil size={15} aria-hidden />
          </Button>
          <Button
            variant="quiet"
            aria-label={t("delete", { name: shown.name })}
            onClick={() => setToDelete(shown)}
            className="min-h-9"
          >
            <Trash2 size={15} aria-hidden />
          </Button>
        </span>
      )}
      {mayWrite && !shown && Object.keys(narrowed).length > 0 && (
        <Button variant="quiet" onClick={() => setSaving(true)} className="min-h-9">
          <Bookmark size={15} aria-hidden />
          {t("save")}
        </Button>
      )}
      {isSaving && <SaveView filter={filter} onClose={() => setSaving(false)} />}
      {toRename && <RenameView view={toRename} onClose={() => setToRename(undefined)} />}
      {toDelete && <DeleteView view={toDelete} onClose={() => setToDelete(undefined)} />}
    </>
  );
}
