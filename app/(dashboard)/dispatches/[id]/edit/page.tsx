import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { notFound, redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { pageLocale } from "@/app/locale";
import { pageContext } from "@/app/page-context";
import { prefetch } from "@/app/prefetch";
import { DispatchForm } from "@/components/dispatches/form/dispatch-form";
import { NotAllowed } from "@/components/shell/not-allowed";
import { isUuid } from "@/lib/contract/audience/tag";
import { presentDispatch } from "@/lib/http/present/dispatch";
import { presentOperator } from "@/lib/http/present/operator";
import { presentGateways } from "@/lib/http/present/sending";
import { presentTag } from "@/lib/http/present/tag";
import { listOperators } from "@/lib/services/audience/list-operators";
import { listTags } from "@/lib/services/audience/list-tags";
import { getDispatch } from "@/lib/services/dispatches/get-dispatch";
import { listGateways } from "@/lib/services/sending/list-gateways";
import { gatewaysQuery } from "@/lib/web/prepared-queries";
import { operatorsQuery, tagsQuery } from "@/lib/web/queries";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("form"))("edit") };
}

export default async function EditDispatchPage({ params }: { params: Promise<{ id: string }> }) {
  const ctx = await pageContext();
  if (!ctx.actor.rights.has("dispatches:write")) return <NotAllowed />;
  const { id } = await params;
  const t = await getTranslations("form");
  const dispatch = isUuid(id) ? await getDispatch(ctx, id).catch(() => undefined) : undefined;
  if (!dispatch) notFound();
  if (dispatch.status !== "scheduled") redirect(`/dispatches/${id}`);
  const client = await prefetch([
    [
      operatorsQuery.queryKey,
      async () => (await listOperators(ctx, { limit: 200 })).items.map(presentOperator),
    ],
    [tagsQuery.queryKey, async () => (await listTags(ctx, { limit: 200 })).items.map(presentTag)],
    [gatewaysQuery.queryKey, async () => presentGateways(await listGateways(ctx)).items],
  ]);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <div className="flex flex-col gap-6">
        <h1>{t("edit")}</h1>
        <DispatchForm dispatch={presentDispatch(dispatch, await pageLocale())} />
      </div>
    </HydrationBoundary>
  );
}
