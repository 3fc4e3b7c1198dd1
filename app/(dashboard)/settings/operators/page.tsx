import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { pageLocale } from "@/app/locale";
import { pageContext } from "@/app/page-context";
import { prefetch } from "@/app/prefetch";
import { Operators } from "@/components/audience/operators";
import { Gateways } from "@/components/sending/gateways";
import { env } from "@/lib/env";
import { presentRangeLoad } from "@/lib/http/present/number-range";
import { presentOperator } from "@/lib/http/present/operator";
import { presentPage } from "@/lib/http/present/page";
import { presentGateways } from "@/lib/http/present/sending";
import { listOperators } from "@/lib/services/audience/list-operators";
import { listRangeLoads } from "@/lib/services/audience/ranges/list-range-loads";
import { listGateways } from "@/lib/services/sending/list-gateways";
import { rangeLoadsQuery } from "@/lib/web/audience-queries";
import { gatewaysQuery } from "@/lib/web/prepared-queries";
import { operatorsQuery } from "@/lib/web/queries";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("settings"))("operators") };
}

/** How fast each operator takes messages, by which gateway, and whose a number is. */
export default async function OperatorsPage() {
  const [ctx, locale] = await Promise.all([pageContext(), pageLocale()]);
  const readLoads = async () => {
    const found = await listRangeLoads(ctx, { limit: 50 });
    return presentPage(found, (row) => presentRangeLoad(row, found.current, locale));
  };
  const client = await prefetch([
    [
      operatorsQuery.queryKey,
      async () => (await listOperators(ctx, { limit: 200 })).items.map(presentOperator),
    ],
    [rangeLoadsQuery.queryKey, readLoads],
    [gatewaysQuery.queryKey, async () => presentGateways(await listGateways(ctx)).items],
  ]);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <Operators currency={env().CURRENCY ?? null} />
      <Gateways />
    </HydrationBoundary>
  );
}
