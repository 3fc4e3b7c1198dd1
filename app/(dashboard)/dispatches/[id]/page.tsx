import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { pageLocale } from "@/app/locale";
import { pageContext } from "@/app/page-context";
import { prefetch } from "@/app/prefetch";
import { DispatchScreen } from "@/components/dispatches/dispatch-screen";
import { isUuid } from "@/lib/contract/audience/tag";
import { NotFoundError } from "@/lib/domain/errors";
import { presentDispatch } from "@/lib/http/present/dispatch";
import { presentTimeline } from "@/lib/http/present/timeline";
import { getDispatch } from "@/lib/services/dispatches/get-dispatch";
import { getTimeline } from "@/lib/services/dispatches/get-timeline";
import { dispatchQuery, timelineQuery } from "@/lib/web/queries";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("dispatch"))("title") };
}

export default async function DispatchPage({ params }: Props) {
  const ctx = await pageContext();
  const { id } = await params;
  if (!isUuid(id)) notFound();
  const locale = await pageLocale();
  try {
    await getDispatch(ctx, id);
  } catch (error) {
    if (error instanceof NotFoundError) notFound();
  }
  const client = await prefetch([
    [dispatchQuery(id).queryKey, async () => presentDispatch(await getDispatch(ctx, id), locale)],
    [timelineQuery(id).queryKey, async () => presentTimeline(await getTimeline(ctx, id), locale)],
  ]);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <DispatchScreen id={id} />
    </HydrationBoundary>
  );
}
