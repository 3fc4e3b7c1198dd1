import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { pageLocale } from "@/app/locale";
import { pageContext } from "@/app/page-context";
import { prefetch } from "@/app/prefetch";
import { DispatchesScreen } from "@/components/dispatches/dispatches-screen";
import { listDispatches } from "@/lib/services/list-dispatches";
import { activeDispatchesQuery, dispatchesQuery } from "@/lib/web/queries";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("board"))("title") };
}

export default async function DispatchesPage() {
  const ctx = await pageContext();
  const locale = await pageLocale();
  const client = await prefetch([
    [dispatchesQuery.queryKey, async () => (await listDispatches(ctx, { limit: 200 }, locale)).items],
    [activeDispatchesQuery.queryKey, () => listDispatches(ctx, { limit: 200, status: ["running", "paused"] }, locale)],
  ]);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <DispatchesScreen />
    </HydrationBoundary>
  );
}
