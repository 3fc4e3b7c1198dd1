"use client";

import { Columns3, Table2 } from "lucide-react";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { memo } from "react";
import { type DispatchStatus, dispatchStatuses } from "@/lib/domain/lifecycle";
import { useMay } from "../shell/me";
import { ButtonLink } from "../ui/button";
import { inputClass } from "../ui/input-classes";

/** What is looked for, how and in which order: it is in the address. */
export function useView() {
  const router = useRouter();
  const path = usePathname();
  const params = useSearchParams();
  return {
    view: params.get("view") === "table" ? ("table" as const) : ("board" as const),
    q: params.get("q") ?? "",
    wanted: params.get("status") as DispatchStatus | null,
    sort: params.get("sort") ?? "-start",
    set(changes: Record<string, string | null>) {
      const next = new URLSearchParams(params);
      for (const [key, value] of Object.entries(changes)) value ? next.set(key, value) : next.delete(key);
      router.replace(`${path}${next.size > 0 ? `?${next}` : ""}`, { scroll: false });
    },
  };
}

/** The heading of the dispatches, with search, filter and the choice of view. Apart from them: what moves there draws nothing anew here. */
export const Toolbar = memo(function Toolbar() {
  const t = useTranslations("board");
  const mayWrite = useMay("dispatches:write");
  const status = useTranslations("status");
  const { view, q, wanted, set } = useView();
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h1>{t("title")}</h1>
        <div className="md:hidden">
          {mayWrite && (
            <ButtonLink href="/dispatches/new" variant="primary">
              {t("new")}
            </ButtonLink>
          )}
        </div>
      </div>
      <div className="flex flex-wrap items-center gap-2.5">
        <input
          type="search"
          aria-label={t("search")}
          placeholder={t("search")}
          value={q}
          onChange={(event) => set({ q: event.target.value })}
          className={`${inputClass} min-w-48 flex-1 sm:max-w-xs`}
        />
        {view === "table" && (
          <select
            aria-label={t("filter")}
            value={wanted ?? ""}
            onChange={(event) => set({ status: event.target.value || null })}
            className={inputClass}
          >
            <option value="">{t("all")}</option>
            {dispatchStatuses.map((value) => (
              <option key={value} value={value}>
                {status(value)}
              </option>
            ))}
          </select>
        )}
        <fieldset className="ml-auto flex rounded-md border border-line bg-surface p-0.5">
          <legend className="sr-only">{t("view")}</legend>
          {(["board", "table"] as const).map((id) => (
            <label
              key={id}
              className="flex min-h-8 cursor-pointer items-center gap-1.5 rounded px-2.5 text-soft outline-offset-2 has-checked:bg-accent-wash has-checked:font-medium has-checked:text-accent has-focus-visible:outline-2 has-focus-visible:outline-accent"
            >
              <input
                type="radio"
                name="view"
                className="sr-only"
                checked={view === id}
                onChange={() => set({ view: id === "table" ? "table" : null, status: null })}
              />
              {id === "board" ? <Columns3 size={15} aria-hidden /> : <Table2 size={15} aria-hidden />}
              {t(id)}
            </label>
          ))}
        </fieldset>
      </div>
    </>
  );
});
