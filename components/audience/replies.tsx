"use client";

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { BellOff } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useMay } from "@/components/shell/me";
import { type Column, DataTable, RowButton } from "@/components/ui/data-table";
import { useFailureNotice, useNotice } from "@/components/ui/notice";
import { SearchInput } from "@/components/ui/search-input";
import { Select } from "@/components/ui/select";
import { setParams } from "@/components/ui/url";
import { Instant, useViewerZone, ZoneNote } from "@/components/ui/use-zoned";
import type { Suppression } from "@/lib/contract/audience/suppression";
import type { Reply } from "@/lib/contract/sending/inbound";
import { isSearchedInPart, refreshOptOuts, repliesQuery } from "@/lib/web/audience-queries";
import { call } from "@/lib/web/client";
import { PhoneLink } from "./phone-link";
import { WrongQuery, wrongQueryOf } from "./wrong-query";

const keywords = ["none", "stop", "start"] as const;

/** The replies, newest first. One click opts the writer out. */
export function Replies() {
  const t = useTranslations("audience");
  const params = useSearchParams();
  const client = useQueryClient();
  const notify = useNotice();
  const mayWrite = useMay("audience:write");
  const timeZone = useViewerZone() ?? "UTC";
  const filter = { q: params.get("q") ?? "", keyword: params.get("keyword") ?? "" };
  const pages = useInfiniteQuery({ ...repliesQuery(filter), placeholderData: (last) => last });
  const wrongQuery = wrongQueryOf(pages.error);
  const isInPart = isSearchedInPart(pages.data?.pages);
  const optOut = useMutation({
    mutationFn: (phone: string) => call<Suppression>("POST", "suppressions/", { phone }),
    onSuccess: ({ phone }) => {
      refreshOptOuts(client);
      notify({ text: t("opted_out_done", { phone }), tone: "good" });
    },
    onError: useFailureNotice(),
  });
  const columns: Column<Reply>[] = [
    {
      head: t("phone"),
      kind: "name",
      className: "align-top",
      cell: ({ from, received_at, opted_out }) => (
        <>
          <PhoneLink phone={from} />
          {opted_out && <span className="block font-normal text-[0.9rem] text-warn">{t("opted_out")}</span>}
          <span className="block font-normal text-[0.9rem] text-soft md:hidden">
            <Instant at={received_at} zone={timeZone} />
          </span>
        </>
      ),
    },
    {
      head: t("reply"),
      className: "w-full align-top [overflow-wrap:anywhere]",
      cell: ({ text, keyword }) => (
        <>
          <span className="whitespace-pre-wrap">{text}</span>
          {keyword && (
            <span className="ml-2 whitespace-nowrap rounded-full bg-raised px-2 py-0.5 text-[0.9rem] text-soft">
              {t(`keyword.${keyword}`)}
            </span>
          )}
        </>
      ),
    },
    {
      head: t("received"),
      className: "hidden whitespace-nowrap align-top text-soft md:table-cell",
      cell: ({ received_at }) => <Instant at={received_at} zone={timeZone} />,
    },
  ];
  if (mayWrite)
    columns.push({
      head: t("actions"),
      kind: "actions",
      className: "align-top",
      cell: ({ from, opted_out }) =>
        !opted_out && (
          <RowButton
            icon={BellOff}
            label={t("opt_out")}
            name={from}
            isBusy={optOut.isPending && optOut.variables === from}
            onClick={() => optOut.mutate(from)}
          />
        ),
    });
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-baseline gap-x-4">
        <p className="max-w-3xl text-soft">{t("replies_hint")}</p>
        <ZoneNote />
      </div>
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
          aria-label={t("reply_kind")}
          value={filter.keyword}
          onChange={(event) => setParams({ keyword: event.target.value })}
          className="min-w-0 flex-1 basis-full sm:flex-none sm:basis-auto"
        >
          <option value="">{t("any_reply")}</option>
          {keywords.map((keyword) => (
            <option key={keyword} value={keyword}>
              {t(`keyword.${keyword}`)}
            </option>
          ))}
        </Select>
      </div>
      {wrongQuery ? (
        <WrongQuery>{wrongQuery}</WrongQuery>
      ) : (
        <DataTable
          label={t("replies")}
          source={pages}
          rows={pages.data?.pages.flatMap(({ items }) => items)}
          keyOf={({ id }) => id}
          empty={t(filter.q !== "" || filter.keyword !== "" ? "no_such_replies" : "no_replies")}
          more={t(isInPart ? "search_on" : "more")}
          unsearched={isInPart ? t("not_all_searched") : undefined}
          columns={columns}
        />
      )}
    </div>
  );
}
