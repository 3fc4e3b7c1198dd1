"use client";

import {
  type InfiniteData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { Plus } from "lucide-react";
import dynamic from "next/dynamic";
import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useMay } from "@/components/shell/me";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/dialog";
import { ExportButton } from "@/components/ui/export-button";
import { useFailureNotice, useNotice } from "@/components/ui/notice";
import { SearchInput } from "@/components/ui/search-input";
import { Select } from "@/components/ui/select";
import { setParams } from "@/components/ui/url";
import type { Recipient } from "@/lib/contract/audience/recipient";
import { filterQuery, isSearchedInPart, recipientsQuery } from "@/lib/web/audience-queries";
import { call } from "@/lib/web/client";
import { operatorsQuery, type Page, tagsQuery } from "@/lib/web/queries";
import { refreshQueries } from "@/lib/web/refresh";
import { DeleteDialog } from "./delete-dialog";
import { RecipientTable } from "./recipient-table";
import { WrongQuery, wrongQueryOf } from "./wrong-query";

const RecipientDialog = dynamic(() => import("./recipient-dialog"), { ssr: false });

/** The recipients that the filters of the address select, page by page. */
export function Recipients() {
  const t = useTranslations("audience");
  const params = useSearchParams();
  const client = useQueryClient();
  const notify = useNotice();
  const mayWrite = useMay("audience:write");
  const mayExport = useMay("audience:export");
  const filter = {
    q: params.get("q") ?? "",
    operator: params.get("operator") ?? "",
    tag: params.get("tag") ?? "",
  };
  const operators = useQuery(operatorsQuery);
  const tags = useQuery(tagsQuery);
  const pages = useInfiniteQuery({ ...recipientsQuery(filter), placeholderData: (last) => last });
  const [edited, setEdited] = useState<Recipient | "new" | null>(null);
  const [toDelete, setToDelete] = useState<Recipient | null>(null);
  const [returning, setReturning] = useState<Recipient | null>(null);
  const recipients = pages.data?.pages.flatMap(({ items }) => items);
  const isFiltered = filter.q !== "" || filter.operator !== "" || filter.tag !== "";
  const wrongQuery = wrongQueryOf(pages.error);

  const optOut = useMutation({
    mutationFn: ({ phone, isOut }: { phone: string; isOut: boolean }) =>
      call<Recipient>(isOut ? "PUT" : "DELETE", `recipients/${encodeURIComponent(phone)}/opt-out/`),
    onSuccess: async (after, { phone, isOut }) => {
      // An answer that is on its way was asked before the change: it is asked for anew.
      const underWay = client.getQueryCache().findAll({ queryKey: ["recipients"], fetchStatus: "fetching" });
      await client.cancelQueries({ queryKey: ["recipients"] });
      void client.refetchQueries({ predicate: (query) => underWay.includes(query) });
      // Update the recipient where it stands: reading the list again could move it away.
      client.setQueriesData<InfiniteData<Page<Recipient>>>(
        { queryKey: ["recipients"], predicate: ({ queryKey }) => queryKey[1] !== "some" },
        (data) =>
          data && {
            ...data,
            pages: data.pages.map((page) => ({
              ...page,
              items: page.items.map((one) => (one.phone === phone ? after : one)),
            })),
          },
      );
      notify({
        text: t(isOut ? "opted_out_done" : "opted_in_done", { phone }),
        tone: "good",
        ...(isOut && { action: { label: t("undo"), run: () => optOut.mutate({ phone, isOut: false }) } }),
      });
      setReturning(null);
    },
    onError: useFailureNotice(),
  });

  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-2.5">
        <SearchInput
          label={t("search_people")}
          value={filter.q}
          aria-invalid={Boolean(wrongQuery)}
          aria-describedby={wrongQuery ? "wrong-query" : undefined}
          onSettled={(q) => setParams({ q })}
          className="min-w-48 flex-1 basis-full aria-invalid:border-bad sm:max-w-sm sm:basis-auto"
        />
        <Select
          aria-label={t("operator")}
          value={filter.operator}
          onChange={(event) => setParams({ operator: event.target.value })}
          className="min-w-0 flex-1 basis-[40%] sm:max-w-52 sm:flex-none sm:basis-auto"
        >
          <option value="">{t("any_operator")}</option>
          {operators.data?.map(({ code, name }) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </Select>
        <Select
          aria-label={t("tag")}
          value={filter.tag}
          onChange={(event) => setParams({ tag: event.target.value })}
          className="min-w-0 flex-1 basis-[40%] sm:max-w-52 sm:flex-none sm:basis-auto"
        >
          <option value="">{t("any_tag")}</option>
          {tags.data?.map(({ id, name }) => (
            <option key={id} value={name}>
              {name}
            </option>
          ))}
        </Select>
        <div className="ml-auto flex gap-2">
          {mayExport && <ExportButton href={`/api/v1/recipients/export/?${filterQuery(filter)}`} />}
          {mayWrite && (
            <Button onClick={() => setEdited("new")}>
              <Plus size={15} aria-hidden />
              {t("add")}
            </Button>
          )}
        </div>
      </div>
      {wrongQuery ? (
        <WrongQuery>{wrongQuery}</WrongQuery>
      ) : (
        <RecipientTable
          recipients={recipients}
          source={pages}
          isInPart={isSearchedInPart(pages.data?.pages)}
          empty={isFiltered ? t("none") : t("empty")}
          operators={operators.data ?? []}
          changing={optOut.isPending ? optOut.variables.phone : undefined}
          onEdit={setEdited}
          onDelete={setToDelete}
          onOptOut={({ phone }) => optOut.mutate({ phone, isOut: true })}
          onOptIn={setReturning}
        />
      )}
      {edited !== null && (
        <RecipientDialog recipient={edited === "new" ? null : edited} onClose={() => setEdited(null)} />
      )}
      <DeleteDialog
        toDelete={
          toDelete && { name: toDelete.phone, path: `recipients/${encodeURIComponent(toDelete.phone)}/` }
        }
        onClose={() => setToDelete(null)}
        onDeleted={() => {
          void refreshQueries(client, ["recipients"], ["tags"]);
        }}
      />
      <ConfirmDialog
        title={t("opt_in_title", { phone: returning?.phone ?? "" })}
        isOpen={returning !== null}
        onClose={() => setReturning(null)}
        confirm={{
          label: t("opt_in"),
          isPending: optOut.isPending,
          run: () => returning && optOut.mutate({ phone: returning.phone, isOut: false }),
        }}
      >
        <p className="text-soft">{t("opt_in_explain")}</p>
      </ConfirmDialog>
    </div>
  );
}
