import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { sessions } from "@/app/api/routes";
import { pageContext } from "@/app/page-context";
import { prefetch } from "@/app/prefetch";
import { SettingsScreen } from "@/components/access/settings-screen";
import { NotAllowed } from "@/components/shell/not-allowed";
import { presentApiKey } from "@/lib/http/present/api-key";
import { presentInvitation } from "@/lib/http/present/invitation";
import { presentPage } from "@/lib/http/present/page";
import { presentUser } from "@/lib/http/present/user";
import { listApiKeys } from "@/lib/services/access/list-api-keys";
import { listInvitations } from "@/lib/services/access/list-invitations";
import { listUsers } from "@/lib/services/access/list-users";
import { apiKeysQuery, invitationsQuery, usersQuery } from "@/lib/web/access-queries";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("settings"))("title") };
}

/** Who may come in: users, where there is sign-in, and keys. */
export default async function SettingsPage() {
  const ctx = await pageContext();
  if (!ctx.actor.rights.has("keys:manage")) return <NotAllowed />;
  const hasUsers = sessions() !== null;
  const keys: Parameters<typeof prefetch>[0] = [
    [apiKeysQuery.queryKey, async () => presentPage(await listApiKeys(ctx, { limit: 200 }), presentApiKey)],
  ];
  const people: typeof keys = [
    [usersQuery.queryKey, async () => presentPage(await listUsers(ctx, { limit: 200 }), presentUser)],
    [
      invitationsQuery.queryKey,
      async () => presentPage(await listInvitations(ctx, { limit: 200 }), presentInvitation),
    ],
  ];
  const client = await prefetch(hasUsers ? [...keys, ...people] : keys);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <SettingsScreen hasUsers={hasUsers} />
    </HydrationBoundary>
  );
}
