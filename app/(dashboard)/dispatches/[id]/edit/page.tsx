import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { notFound, redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { formQueries } from "@/app/(dashboard)/dispatches/form-queries";
import { pageLocale } from "@/app/locale";
import { pageContext } from "@/app/page-context";
import { prefetch } from "@/app/prefetch";
import { DispatchForm } from "@/components/dispatches/form/dispatch-form";
import { NotAllowed } from "@/components/shell/not-allowed";
import { isUuid } from "@/lib/contract/audience/tag";
import { presentDispatch } from "@/lib/http/present/dispatch";
import { getDispatch } from "@/lib/services/dispatches/get-dispatch";

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
  const client = await prefetch(formQueries(ctx));
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <div className="flex flex-col gap-6">
        <h1>{t("edit")}</h1>
        <DispatchForm dispatch={presentDispatch(dispatch, await pageLocale())} />
      </div>
    </HydrationBoundary>
  );
}
