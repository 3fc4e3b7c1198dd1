import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { pageContext } from "@/app/page-context";
import { prefetch } from "@/app/prefetch";
import { AccountScreen } from "@/components/access/account-screen";
import { env } from "@/lib/env";
import { presentSession } from "@/lib/http/present/session";
import { listSessions } from "@/lib/services/access/list-sessions";
import { sessionsQuery } from "@/lib/web/access-queries";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("account"))("title") };
}

/** One's own password and sessions; nobody has an account where nobody signs in. */
export default async function AccountPage() {
  const ctx = await pageContext();
  if (ctx.actor.kind !== "user") notFound();
  const read = async () => ({
    items: (await listSessions(ctx, { idleMinutes: env().SESSION_IDLE_MINUTES })).map(presentSession),
  });
  const client = await prefetch([[sessionsQuery.queryKey, read]]);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <AccountScreen />
    </HydrationBoundary>
  );
}
