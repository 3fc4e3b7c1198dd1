import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import { pageLocale, pageReader } from "@/app/locale";
import { pageContext } from "@/app/page-context";
import { prefetch } from "@/app/prefetch";
import { OverviewScreen } from "@/components/health/overview-screen";
import { presentOverview } from "@/lib/http/present/overview";
import { getOverview } from "@/lib/services/health/get-overview";
import { overviewQuery } from "@/lib/web/queries";

export default async function OverviewPage() {
  const ctx = await pageContext();
  const locale = await pageLocale();
  const timezone = (await pageReader()).zone ?? "UTC";
  const client = await prefetch([
    [
      overviewQuery(timezone).queryKey,
      async () => presentOverview(await getOverview(ctx, { timezone }), locale),
    ],
  ]);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <OverviewScreen />
    </HydrationBoundary>
  );
}
