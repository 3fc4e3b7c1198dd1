"use client";

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Bell, Plus } from "lucide-react";
import dynamic from "next/dynamic";
import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useMay } from "@/components/shell/me";
import { Button } from "@/components/ui/button";
import { type Column, DataTable, RowButton } from "@/components/ui/data-table";
import { ConfirmDialog } from "@/components/ui/dialog";
import { ExportButton } from "@/components/ui/export-button";
import { useFailureNotice, useNotice } from "@/components/ui/notice";
import { SearchInput } from "@/components/ui/search-input";
import { Select } from "@/components/ui/select";
import { setParams } from "@/components/ui/url";
import { Instant, useClock, useViewerZone } from "@/components/ui/use-zoned";
import type { Suppression } from "@/lib/contract/audience/suppression";
import { suppressionReasons } from "@/lib/domain/audience/suppression";
import {
  isSearchedInPart,
  refreshOptOuts,
  suppressionQuery,
  suppressionsQuery,
} from "@/lib/web/audience-queries";
import { call } from "@/lib/web/client";
import { PhoneLink } from "./phone-link";
import { Source } from "./suppression-source";
import { WrongQuery, wrongQueryOf } from "./wrong-query";

const SuppressionDialog = dynamic(() => import("./suppression-dialog"), { ssr: false });

/** The suppressed numbers and their reasons, page by page. */
export function Suppressions() {
  const t = useTranslations("audience");
  const params = useSearchParams();
  const client = useQueryClient();
  const notify = useNotice();
  const mayWrite = useMay("audience:write");
  const mayExport = useMay("audience:export");
  const filter = { q: params.get("q") ?? "", reason: params.get("reason") ?? "" };
  const pages = useInfiniteQuery({ ...suppressionsQuery(filter), placeholderData: (last) => last });
  const [isAdding, setAdding] = useState(false);
  const [returning, setReturning] = useState<string | null>(null);
  const wrongQuery = wrongQueryOf(pages.error);
  const isInPart = isSearchedInPart(pages.data?.pages);
  const takeBack = useMutation({
    mutationFn: (phone: string) => call<void>("DELETE", `suppressions/${encodeURIComponent(phone)}/`),
    onSuccess: (_, phone) => {
      refreshOptOuts(client);
      notify({ text: t("opted_in_done", { phone }), tone: "good" });
      setReturning(null);
    },
    onError: useFailureNotice(),
  });
  const columns: Column<Suppression>[] = [
    {
      head: t("phone"),
      kind: "name",
      cell: ({ phone, reason, at }) => (
        <>
          <PhoneLink phone={phone} />
          <span className="block font-normal text-[0.9rem] text-soft sm:hidden">
            {t(`reason.${reason}`)} <Day at={at} />
          </span>
        </>
      ),
    },
    {
      head: t("reason_head"),
      className: "hidden sm:table-cell",
      cell: ({ reason }) => t(`reason.${reason}`),
    },
    {
      head: t("source_head"),
      className: "hidden text-soft md:table-cell",
      cell: ({ source }) => <Source source={source} />,
    },
    {
      head: t("since"),
      className: "hidden whitespace-nowrap text-soft sm:table-cell",
      cell: ({ at }) => <Day at={at} />,
    },
  ];
  if (mayWrite)
    columns.push({
      head: t("actions"),
      kind: "actions",
      cell: ({ phone }) => (
        <RowButton icon={Bell} label={t("opt_in")} name={phone} onClick={() => setReturning(phone)} />
      ),
    });
  return (
    <div className="flex flex-col gap-4">
      <p className="max-w-3xl text-soft">{t("suppressions_hint")}</p>
      <div className="flex flex-wrap items-center gap-2.5">
        <SearchInput
          inputMode="tel"
          label={t("search")}
          value={filter.q}
          aria-invalid={Boolean(wrongQuery)}
          aria-describedby={wrongQuery ? "wrong-query" : undefined}
          onSettled={(q) => setParams({ q })}
          className="min-w-48 flex-1 basis-full aria-invalid:border-bad sm:max-w-xs sm:basis-auto"
        />
        <Select
          aria-label={t("reason_head")}
          value={filter.reason}
          onChange={(event) => setParams({ reason: event.target.value })}
          className="min-w-0 flex-1 basis-full sm:flex-none sm:basis-auto"
        >
          <option value="">{t("any_reason")}</option>
          {suppressionReasons.map((reason) => (
            <option key={reason} value={reason}>
              {t(`reason.${reason}`)}
            </option>
          ))}
        </Select>
        <div className="ml-auto flex gap-2">
          {mayExport && <ExportButton href={`/api/v1/suppressions/export/?${suppressionQuery(filter)}`} />}
          {mayWrite && (
            <Button onClick={() => setAdding(true)}>
              <Plus size={15} aria-hidden />
              {t("suppress")}
            </Button>
          )}
        </div>
      </div>
      {wrongQuery ? (
        <WrongQuery>{wrongQuery}</WrongQuery>
      ) : (
        <DataTable
          label={t("suppressions")}
          source={pages}
          rows={pages.data?.pages.flatMap(({ items }) => items)}
          keyOf={({ phone, reason }) => `${phone} ${reason}`}
          empty={t(filter.q !== "" || filter.reason !== "" ? "no_such_suppressions" : "no_suppressions")}
          more={t(isInPart ? "search_on" : "more")}
          unsearched={isInPart ? t("not_all_searched") : undefined}
          columns={columns}
        />
      )}
      {isAdding && <SuppressionDialog onClose={() => setAdding(false)} />}
      <ConfirmDialog
        title={t("opt_in_title", { phone: returning ?? "" })}
        isOpen={returning !== null}
        onClose={() => setReturning(null)}
        confirm={{
          label: t("opt_in"),
          isPending: takeBack.isPending,
          run: () => returning && takeBack.mutate(returning),
        }}
      >
        <p className="text-soft">{t("take_back_explain")}</p>
      </ConfirmDialog>
    </div>
  );
}

function Day({ at }: { at: string }) {
  const clock = useClock();
  const timeZone = useViewerZone() ?? "UTC";
  return (
    <Instant at={at} zone={timeZone}>
      {clock(at, timeZone, { day: "numeric", month: "short", year: "numeric" })}
    </Instant>
  );
}
