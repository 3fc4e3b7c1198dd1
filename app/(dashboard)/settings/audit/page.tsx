import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { pageContext } from "@/app/page-context";
import { AuditScreen } from "@/components/access/audit-screen";
import { NotAllowed } from "@/components/shell/not-allowed";
import { presentAuditEntry } from "@/lib/http/present/audit-entry";
import { presentPage } from "@/lib/http/present/page";
import { listAudit } from "@/lib/services/access/list-audit";
import { AUDIT_PAGE, auditQuery } from "@/lib/web/access-queries";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("audit"))("title") };
}

/** Who did what. */
export default async function AuditPage() {
  const ctx = await pageContext();
  if (!ctx.actor.rights.has("audit:read")) return <NotAllowed />;
  const client = new QueryClient();
  const { queryKey, initialPageParam, getNextPageParam } = auditQuery({
    actor: "",
    action: "",
    subject: "",
    address: "",
  });
  const queryFn = async () => presentPage(await listAudit(ctx, { limit: AUDIT_PAGE }), presentAuditEntry);
  await client.prefetchInfiniteQuery({ queryKey, queryFn, initialPageParam, getNextPageParam, retry: false });
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <AuditScreen />
    </HydrationBoundary>
  );
}
