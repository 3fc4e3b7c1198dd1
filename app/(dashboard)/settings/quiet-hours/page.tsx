import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { pageContext } from "@/app/page-context";
import { prefetch } from "@/app/prefetch";
import { QuietHours } from "@/components/sending/quiet-hours";
import { NotAllowed } from "@/components/shell/not-allowed";
import { presentQuietHours } from "@/lib/http/present/sending";
import { getQuietHours } from "@/lib/services/sending/quiet-hours";
import { quietHoursQuery } from "@/lib/web/queries";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("quiet_hours"))("title") };
}

/** When nobody is written to, of the whole installation. */
export default async function QuietHoursPage() {
  const ctx = await pageContext();
  if (!ctx.actor.rights.has("settings:manage")) return <NotAllowed />;
  const client = await prefetch([
    [quietHoursQuery.queryKey, async () => presentQuietHours(await getQuietHours(ctx))],
  ]);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <QuietHours />
    </HydrationBoundary>
  );
}
