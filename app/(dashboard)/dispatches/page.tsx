import { dehydrate, HydrationBoundary, type InfiniteData } from "@tanstack/react-query";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { pageLocale } from "@/app/locale";
import { pageContext } from "@/app/page-context";
import { prefetch } from "@/app/prefetch";
import { DispatchesScreen } from "@/components/dispatches/dispatches-screen";
import { readView } from "@/components/dispatches/view";
import { type DispatchListQuery, dispatchListQuerySchema } from "@/lib/contract/dispatches/dispatch";
import { presentBoard, presentDispatch } from "@/lib/http/present/dispatch";
import { presentPage } from "@/lib/http/present/page";
import { getBoard } from "@/lib/services/dispatches/get-board";
import { listDispatches } from "@/lib/services/dispatches/list-dispatches";
import { boardQuery, countsQuery, DISPATCHES_PAGE, dispatchListQuery } from "@/lib/web/queries";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("board"))("title") };
}

export default async function DispatchesPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const ctx = await pageContext();
  const locale = await pageLocale();
  const { view, q, wanted: status, sort } = readView(await searchParams);
  async function firstPage(): Promise<InfiniteData<unknown>> {
    const query: DispatchListQuery = dispatchListQuerySchema.parse({
      limit: DISPATCHES_PAGE,
      q,
      sort,
      ...(status && { status }),
    });
    const page = presentPage(await listDispatches(ctx, query), (dispatch) =>
      presentDispatch(dispatch, locale),
    );
    return { pages: [page], pageParams: [""] };
  }
  const client = await prefetch(
    view === "board"
      ? [[boardQuery(q).queryKey, async () => presentBoard(await getBoard(ctx, { q, limit: 20 }), locale)]]
      : view === "table"
        ? [
            [dispatchListQuery({ q, status, sort }).queryKey, firstPage],
            [countsQuery(q).queryKey, async () => presentBoard(await getBoard(ctx, { q, limit: 0 }), locale)],
          ]
        : [],
  );
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <DispatchesScreen />
    </HydrationBoundary>
  );
}
