"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { CalendarDays, Columns3, FileText, PencilLine, Table2 } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import { memo } from "react";
import { useMay } from "@/components/shell/me";
import { ButtonLink } from "@/components/ui/button";
import { SearchInput } from "@/components/ui/search-input";
import { Select } from "@/components/ui/select";
import { setParams } from "@/components/ui/url";
import { ZoneNote } from "@/components/ui/use-zoned";
import { dispatchStatuses, finishedStatuses } from "@/lib/domain/lifecycle";
import { countsQuery } from "@/lib/web/queries";
import { Filters } from "./filters";
import { SavedViews } from "./saved-views";
import { useFilter, useView } from "./use-view";
import { views } from "./view";

const icons = {
  board: Columns3,
  table: Table2,
  calendar: CalendarDays,
  drafts: PencilLine,
  templates: FileText,
};

/** Parameters of one view that mean nothing in another. */
const elsewhere = { status: null, sort: null, month: null, day: null };

function Icon({ of }: { of: (typeof views)[number] }) {
  const Drawn = icons[of];
  return <Drawn size={15} aria-hidden className="max-sm:hidden" />;
}

/**
 * The heading of the dispatches, with search, filters and the choice of view. Moving dispatches do
 * not redraw it.
 */
export const Toolbar = memo(function Toolbar() {
  const t = useTranslations("board");
  const mayWrite = useMay("dispatches:write");
  const { view, q } = useView();
  const isList = view !== "drafts" && view !== "templates";
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-3">
        {/* On a phone the zone, which comes with the browser, has a line of its own: it moves nothing. */}
        <div className="flex min-w-0 flex-wrap items-baseline gap-x-4 max-sm:flex-1 max-sm:flex-col">
          <h1>{t("title")}</h1>
          <ZoneNote />
        </div>
        <div className="md:hidden">
          {mayWrite && (
            <ButtonLink href="/dispatches/new" variant="primary">
              {t("new")}
            </ButtonLink>
          )}
        </div>
        <fieldset className="flex flex-wrap rounded-md border print:hidden border-line bg-surface p-0.5">
          <legend className="sr-only">{t("view")}</legend>
          {views.map((id) => (
            <label
              key={id}
              className="flex min-h-8 cursor-pointer items-center gap-1.5 rounded px-2.5 text-soft outline-offset-2 max-sm:px-1.5 max-sm:text-[0.92rem] has-checked:bg-accent-wash has-checked:font-medium has-checked:text-accent has-focus-visible:outline-2 has-focus-visible:outline-accent"
            >
              <input
                type="radio"
                name="view"
                className="sr-only"
                checked={view === id}
                onChange={() => setParams({ ...elsewhere, view: id === "board" ? null : id })}
              />
              <Icon of={id} />
              {t(id)}
            </label>
          ))}
        </fieldset>
      </div>
      <div className="flex flex-wrap items-center gap-2.5 print:hidden">
        <SearchInput
          label={t(isList ? "search" : "search_prepared")}
          value={q}
          onSettled={(q) => setParams({ q })}
          className="min-w-48 flex-1 sm:min-w-52 sm:max-w-xs"
        />
        {isList && (
          <>
            <Filters hasPeriod={view !== "calendar"}>{view === "table" && <StatusFilter />}</Filters>
            <SavedViews />
          </>
        )}
      </div>
    </>
  );
});

/** Filters by status, with the count of each: one status, all finished ones, or all. */
function StatusFilter() {
  const t = useTranslations("board");
  const status = useTranslations("status");
  const format = useFormatter();
  const { wanted } = useView();
  const { filter } = useFilter();
  const { data } = useQuery({ ...countsQuery(filter), placeholderData: keepPreviousData });
  const countOf = (statuses: readonly (typeof dispatchStatuses)[number][]) =>
    data ? ` (${format.number(statuses.reduce((sum, one) => sum + data.counts[one], 0))})` : "";
  return (
    <Select
      aria-label={t("filter")}
      value={wanted}
      onChange={(event) => setParams({ status: event.target.value })}
    >
      <option value="">
        {t("all")}
        {countOf(dispatchStatuses)}
      </option>
      {dispatchStatuses.map((value) => (
        <option key={value} value={value}>
          {status(value)}
          {countOf([value])}
        </option>
      ))}
      <option value={finishedStatuses.join()}>
        {t("over")}
        {countOf(finishedStatuses)}
      </option>
    </Select>
  );
}
