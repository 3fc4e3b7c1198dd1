import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { pageLocale } from "@/app/locale";
import { pageContext } from "@/app/page-context";
import { prefetch } from "@/app/prefetch";
import { DispatchScreen } from "@/components/dispatches/dispatch-screen";
import { bodyOf, draftOf } from "@/components/dispatches/form/draft";
import { isUuid } from "@/lib/contract/audience/tag";
import { NotFoundError } from "@/lib/domain/errors";
import { presentDispatch } from "@/lib/http/present/dispatch";
import { presentPreview } from "@/lib/http/present/preview";
import { presentQuietHours } from "@/lib/http/present/sending";
import { presentTimeline } from "@/lib/http/present/timeline";
import { getDispatch } from "@/lib/services/dispatches/get-dispatch";
import { getTimeline } from "@/lib/services/dispatches/get-timeline";
import { previewDispatch } from "@/lib/services/dispatches/preview-dispatch";
import { getQuietHours } from "@/lib/services/sending/quiet-hours";
import { dispatchQuery, previewQuery, quietHoursQuery, timelineQuery } from "@/lib/web/queries";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("dispatch"))("title") };
}

export default async function DispatchPage({ params }: Props) {
  const ctx = await pageContext();
  const { id } = await params;
  if (!isUuid(id)) notFound();
  const locale = await pageLocale();
  const found = await getDispatch(ctx, id).catch((error) => {
    if (error instanceof NotFoundError) notFound();
    return undefined;
  });
  const shown = found && presentDispatch(found, locale);
  const body = shown?.status === "scheduled" ? bodyOf(draftOf(shown), ctx.now(), shown) : undefined;
  const queries: Parameters<typeof prefetch>[0] = [
    [dispatchQuery(id).queryKey, async () => presentDispatch(await getDispatch(ctx, id), locale)],
    [quietHoursQuery.queryKey, async () => presentQuietHours(await getQuietHours(ctx))],
    [timelineQuery(id).queryKey, async () => presentTimeline(await getTimeline(ctx, id), locale)],
  ];
  if (body)
    queries.push([
      previewQuery(body, id).queryKey,
      async () => presentPreview(await previewDispatch(ctx, body, { dispatch: id }), locale),
    ]);
  const client = await prefetch(queries);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <DispatchScreen id={id} />
    </HydrationBoundary>
  );
}
