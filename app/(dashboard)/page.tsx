import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import { context } from "@/app/api/routes";
import { pageLocale } from "@/app/locale";
import { prefetch } from "@/app/prefetch";
import { OverviewScreen } from "@/components/overview/overview-screen";
import { getOverview } from "@/lib/services/get-overview";
import { overviewQuery } from "@/lib/web/queries";

export default async function OverviewPage() {
  const locale = await pageLocale();
  const client = await prefetch([[overviewQuery("UTC").queryKey, () => getOverview(context(), { timezone: "UTC" }, locale)]]);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <OverviewScreen />
    </HydrationBoundary>
  );
}
