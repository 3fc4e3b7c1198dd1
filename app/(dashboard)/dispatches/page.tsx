import { dehydrate, HydrationBoundary, type InfiniteData } from "@tanstack/react-query";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { pageLocale, pageReader } from "@/app/locale";
import { pageContext } from "@/app/page-context";
import { prefetch } from "@/app/prefetch";
import { DispatchesScreen } from "@/components/dispatches/dispatches-screen";
import { filterOf, readView } from "@/components/dispatches/view";
import {
  boardQuerySchema,
  type DispatchListQuery,
  dispatchListQuerySchema,
} from "@/lib/contract/dispatches/dispatch";
import { presentBoard, presentDispatch } from "@/lib/http/present/dispatch";
import { presentPage } from "@/lib/http/present/page";
import { getBoard } from "@/lib/services/dispatches/lists/get-board";
import { listDispatches } from "@/lib/services/dispatches/lists/list-dispatches";
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
  const asked = readView(await searchParams);
  const { view, wanted: status, sort } = asked;
  const filter = filterOf(asked, (await pageReader()).zone ?? "UTC");
  const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ""));
  async function firstPage(): Promise<InfiniteData<unknown>> {
    const query: DispatchListQuery = dispatchListQuerySchema.parse({
      limit: DISPATCHES_PAGE,
      ...given,
      sort,
      ...(status && { status }),
    });
    const page = presentPage(await listDispatches(ctx, query), (dispatch) =>
      presentDispatch(dispatch, locale),
    );
    return { pages: [page], pageParams: [""] };
  }
  const board = async (limit: number) =>
    presentBoard(await getBoard(ctx, boardQuerySchema.parse({ ...given, limit })), locale);
  const client = await prefetch(
    view === "board"
      ? [[boardQuery(filter).queryKey, () => board(20)]]
      : view === "table"
        ? [
            [dispatchListQuery({ ...filter, status, sort }).queryKey, firstPage],
            [countsQuery(filter).queryKey, () => board(0)],
          ]
        : [],
  );
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <DispatchesScreen />
    </HydrationBoundary>
  );
}
