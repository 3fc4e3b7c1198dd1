import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { context } from "@/app/api/routes";
import { pageLocale } from "@/app/locale";
import { prefetch } from "@/app/prefetch";
import { DispatchScreen } from "@/components/dispatches/dispatch-screen";
import { isUuid } from "@/lib/contract/tag";
import { NotFoundError } from "@/lib/domain/errors";
import { getDispatch } from "@/lib/services/get-dispatch";
import { getTimeline } from "@/lib/services/get-timeline";
import { dispatchQuery, timelineQuery } from "@/lib/web/queries";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("dispatch"))("title") };
}

export default async function DispatchPage({ params }: Props) {
  const { id } = await params;
  if (!isUuid(id)) notFound();
  const locale = await pageLocale();
  try {
    await getDispatch(context(), id, locale);
  } catch (error) {
    if (error instanceof NotFoundError) notFound();
  }
  const client = await prefetch([
    [dispatchQuery(id).queryKey, () => getDispatch(context(), id, locale)],
    [timelineQuery(id, true).queryKey, () => getTimeline(context(), id, locale)],
  ]);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <DispatchScreen id={id} />
    </HydrationBoundary>
  );
}
