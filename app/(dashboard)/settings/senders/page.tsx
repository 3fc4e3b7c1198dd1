import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { pageContext } from "@/app/page-context";
import { prefetch } from "@/app/prefetch";
import { SendersScreen } from "@/components/sending/senders-screen";
import { presentOperator } from "@/lib/http/present/operator";
import { presentGateways } from "@/lib/http/present/sending";
import { listOperators } from "@/lib/services/audience/list-operators";
import { listGateways } from "@/lib/services/sending/list-gateways";
import { gatewaysQuery } from "@/lib/web/prepared-queries";
import { operatorsQuery } from "@/lib/web/queries";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("settings"))("senders") };
}

/** What transmits, whom its messages may be from, and which operators it serves. */
export default async function SendersPage() {
  const ctx = await pageContext();
  const client = await prefetch([
    [gatewaysQuery.queryKey, async () => presentGateways(await listGateways(ctx)).items],
    [
      operatorsQuery.queryKey,
      async () => (await listOperators(ctx, { limit: 200 })).items.map(presentOperator),
    ],
  ]);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <SendersScreen />
    </HydrationBoundary>
  );
}
