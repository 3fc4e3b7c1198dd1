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
import { ListSkeleton } from "@/components/ui/list-states";
import { useViewerZone } from "@/components/ui/use-zoned";
import type { Operator } from "@/lib/contract/audience/operator";
import { operatorsQuery, overviewQuery } from "@/lib/web/queries";
import { refreshQueries } from "@/lib/web/refresh";
import { DeleteDialog } from "./delete-dialog";

const OperatorDialog = dynamic(() => import("./operator-dialog"), { ssr: false });
const NumberRanges = dynamic(() => import("./ranges/number-ranges").then((module) => module.NumberRanges), {
  loading: () => <ListSkeleton />,
});
const PREFIXES_SHOWN = 8;

/** All operators: the rate of each, how much of it is in use, its price and its numbers. */
export function Operators({ currency }: { currency: string | null }) {
  const t = useTranslations("audience");
  const settings = useTranslations("settings");
  const format = useFormatter();
  const client = useQueryClient();
  const mayWrite = useMay("operators:write");
  const operators = useQuery(operatorsQuery);
  const { data: overview } = useQuery(overviewQuery(useViewerZone() ?? "UTC"));
  const [edited, setEdited] = useState<Operator | "new" | null>(null);
  const [toDelete, setToDelete] = useState<Operator | null>(null);
  const usedOf = (id: string) => overview?.operators.find((operator) => operator.id === id)?.in_use ?? 0;
  const columns: Column<Operator>[] = [
    {
      head: t("operator"),
      kind: "name",
      cell: (operator) => (
        <>
          <Link
            href={`/audience?operator=${encodeURIComponent(operator.code)}`}
            className="[overflow-wrap:anywhere] hover:underline"
          >
            {operator.name}
          </Link>
          <span className="block font-normal text-[0.9rem] text-soft [overflow-wrap:anywhere]">
            {operator.code}
          </span>
          <span className="block break-words font-normal text-[0.9rem] text-soft lg:hidden">
            {prefixesOf(operator)}
          </span>
          <span className="mt-1.5 block font-normal lg:hidden">
            <Use used={usedOf(operator.id)} rate={operator.rate_per_second} />
            {operator.price_per_segment !== null && (
              <span className="text-[0.9rem] text-soft">{money(operator.price_per_segment)}</span>
            )}
          </span>
        </>
      ),
    },
    {
      head: t("use"),
      className: "hidden w-56 lg:table-cell",
      cell: ({ id, rate_per_second }) => <Use used={usedOf(id)} rate={rate_per_second} />,
    },
    { head: t("prefixes_short"), className: "hidden text-soft lg:table-cell", cell: prefixesOf },
  ];
  if (currency !== null)
    columns.splice(2, 0, {
      head: t("price"),
      className: "hidden w-36 lg:table-cell",
      cell: ({ price_per_segment: price }) => (price === null ? "—" : money(price)),
    });
  if (mayWrite)
    columns.push({
      head: t("actions"),
      kind: "actions",
      className: "w-24",
      cell: (operator) => (
        <>
          <RowButton
            icon={Pencil}
            label={t("edit")}
            name={operator.name}
            onClick={() => setEdited(operator)}
          />
          <RowButton
            icon={Trash2}
            label={t("delete")}
            name={operator.name}
            onClick={() => setToDelete(operator)}
          />
        </>
      ),
    });
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h1>{settings("operators")}</h1>
        {mayWrite && (
          <Button variant="primary" onClick={() => setEdited("new")}>
            <Plus size={15} aria-hidden />
            {t("new_operator")}
          </Button>
        )}
      </div>
      <DataTable
        label={t("operators")}
        source={operators}
        rows={operators.data}
        keyOf={({ id }) => id}
        empty={t("no_operators")}
        columns={columns}
      />
      <NumberRanges />
      {edited !== null && (
        <OperatorDialog
          operator={edited === "new" ? null : edited}
          currency={currency}
          onClose={() => setEdited(null)}
        />
      )}
      <DeleteDialog
        toDelete={
          toDelete && {
            name: toDelete.name,
            path: `operators/${toDelete.id}/`,
            explain: t("delete_operator_explain"),
          }
        }
        onClose={() => setToDelete(null)}
        onDeleted={() => void refreshQueries(client, ["operators"])}
      />
    </div>
  );

  /** A bare number would be read as any money. */
  function money(price: string): string | null {
    if (currency === null) return null;
    const as = {
      style: "currency",
      currency,
      currencyDisplay: "narrowSymbol",
      maximumFractionDigits: 6,
    } as const;
    return format.number(Number(price), as);
  }

  function prefixesOf({ prefixes }: Operator): string {
    if (prefixes.length === 0) return t("no_prefixes");
    const more = prefixes.length - PREFIXES_SHOWN;
    return `${prefixes.slice(0, PREFIXES_SHOWN).join(", ")}${more > 0 ? ` +${format.number(more)}` : ""}`;
  }
}

function Use({ used, rate }: { used: number; rate: number | null }) {
  const t = useTranslations("audience");
  const format = useFormatter();
  return (
    <span className="flex flex-col gap-1.5">
      <span>
        {format.number(Math.round(used))}{" "}
        <span className="text-soft">
          / {rate === null ? t("unlimited") : t("per_second", { rate: format.number(rate) })}
        </span>
      </span>
      {rate !== null && (
        <span className="h-1 rounded-full bg-raised" aria-hidden>
          <span
            className="block h-full rounded-full bg-accent"
            style={{ width: `${Math.min(100, (100 * used) / rate)}%` }}
          />
        </span>
      )}
    </span>
  );
}
