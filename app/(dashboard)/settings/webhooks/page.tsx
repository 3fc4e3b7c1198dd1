import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { pageContext } from "@/app/page-context";
import { prefetch } from "@/app/prefetch";
import { NotAllowed } from "@/components/shell/not-allowed";
import { WebhooksScreen } from "@/components/webhooks/webhooks-screen";
import { presentPage } from "@/lib/http/present/page";
import { presentWebhook } from "@/lib/http/present/webhook";
import { listWebhooks } from "@/lib/services/webhooks/list-webhooks";
import { webhooksQuery } from "@/lib/web/access-queries";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("webhooks"))("title") };
}

/** Who is told what happens. */
export default async function WebhooksPage() {
  const ctx = await pageContext();
  if (!ctx.actor.rights.has("webhooks:manage")) return <NotAllowed />;
  const client = await prefetch([
    [
      webhooksQuery.queryKey,
      async () => presentPage(await listWebhooks(ctx, { limit: 200 }), presentWebhook),
    ],
  ]);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <WebhooksScreen />
    </HydrationBoundary>
  );
}
