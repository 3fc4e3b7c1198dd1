import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { pageLocale } from "@/app/locale";
import { pageContext } from "@/app/page-context";
import { prefetch } from "@/app/prefetch";
import { DispatchForm } from "@/components/dispatches/form/dispatch-form";
import { likeOf } from "@/components/dispatches/form/draft";
import { NotAllowed } from "@/components/shell/not-allowed";
import { isUuid } from "@/lib/contract/audience/tag";
import { presentDispatch } from "@/lib/http/present/dispatch";
import { presentOperator } from "@/lib/http/present/operator";
import { presentTag } from "@/lib/http/present/tag";
import { listOperators } from "@/lib/services/audience/list-operators";
import { listTags } from "@/lib/services/audience/list-tags";
import { getDispatch } from "@/lib/services/dispatches/get-dispatch";
import { operatorsQuery, tagsQuery } from "@/lib/web/queries";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("form"))("title") };
}

/** A new dispatch, or one like another (`?like=<id>`). */
export default async function NewDispatchPage({
  searchParams,
}: {
  searchParams: Promise<{ like?: string }>;
}) {
  const ctx = await pageContext();
  if (!ctx.actor.rights.has("dispatches:write")) return <NotAllowed />;
  const t = await getTranslations("form");
  const { like } = await searchParams;
  const model = like && isUuid(like) ? await getDispatch(ctx, like).catch(() => undefined) : undefined;
  const client = await prefetch([
    [
      operatorsQuery.queryKey,
      async () => (await listOperators(ctx, { limit: 200 })).items.map(presentOperator),
    ],
    [tagsQuery.queryKey, async () => (await listTags(ctx, { limit: 200 })).items.map(presentTag)],
  ]);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <div className="flex flex-col gap-6">
        <h1>{model ? t("like") : t("title")}</h1>
        <DispatchForm
          {...(model && { initial: likeOf(presentDispatch(model, await pageLocale()), ctx.now()) })}
        />
      </div>
    </HydrationBoundary>
  );
}
