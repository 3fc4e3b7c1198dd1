"use client";

import { useFormatter, useTranslations } from "next-intl";
import type { CostAnswer } from "@/lib/contract/dispatches/cost";

/** Segments in money, where prices are known; nothing where none is. */
export default function Money({ cost, isWhole = false }: { cost: CostAnswer; isWhole?: boolean }) {
  const t = useTranslations("cost");
  const format = useFormatter();
  const { amount, currency, unpriced_segments: unpriced, by_operator: operators } = cost;
  if (amount === null || currency === null) return null;
  const money = (some: string) =>
    format.number(Number(some), { style: "currency", currency, currencyDisplay: "narrowSymbol" });
  return (
    <>
      <p className="font-medium">{t("about", { amount: money(amount) })}</p>
      {unpriced > 0 && <p className="text-[0.92rem] text-warn">{t("unpriced", { count: unpriced })}</p>}
      {isWhole && operators.length > 1 && (
        <ul aria-label={t("by_operator")} className="text-[0.92rem]">
          {operators.map(({ operator, segments, amount: own }) => (
            <li key={operator.id} className="flex flex-wrap items-baseline gap-x-3">
              <span className="min-w-0 break-words">
                {operator.name} <span className="text-soft">{t("segments", { count: segments })}</span>
              </span>
              <span className={`ml-auto ${own === null ? "text-warn" : ""}`}>
                {own === null ? t("no_price") : money(own)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
