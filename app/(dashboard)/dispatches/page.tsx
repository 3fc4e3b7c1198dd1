import { dehydrate, HydrationBoundary, type InfiniteData } from "@tanstack/react-query";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { pageLocale, pageReader } from "@/app/locale";
import { pageContext } from "@/app/page-context";
import { prefetch } from "@/app/prefetch";
import { DispatchesScreen } from "@/components/dispatches/dispatches-screen";
import { calendarOf, filterOf, readView } from "@/components/dispatches/view";
import { calendarQuerySchema } from "@/lib/contract/dispatches/calendar";
import {
  boardQuerySchema,
  type DispatchListQuery,
  dispatchListQuerySchema,
} from "@/lib/contract/dispatches/dispatch";
import { presentCalendar } from "@/lib/http/present/calendar";
import { presentBoard, presentDispatch } from "@/lib/http/present/dispatch";
import { presentPage } from "@/lib/http/present/page";
import { presentView } from "@/lib/http/present/view";
import { getBoard } from "@/lib/services/dispatches/lists/get-board";
import { getCalendar } from "@/lib/services/dispatches/lists/get-calendar";
import { listDispatches } from "@/lib/services/dispatches/lists/list-dispatches";
import { listViews } from "@/lib/services/dispatches/lists/list-views";
import {
  boardQuery,
  calendarQuery,
  calendarTerms,
  countsQuery,
  DISPATCHES_PAGE,
  dispatchListQuery,
  viewsQuery,
} from "@/lib/web/queries";

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
  const zone = (await pageReader()).zone ?? "UTC";
  const filter = filterOf(asked, zone);
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
  const { month, filter: ofCalendar } = calendarOf(asked, zone);
  const calendar = async (date: string) => {
    const query = calendarQuerySchema.parse(Object.fromEntries(calendarTerms(date, ofCalendar)));
    return presentCalendar(await getCalendar(ctx, query));
  };
  const ofView: Parameters<typeof prefetch>[0] =
    view === "board"
      ? [[boardQuery(filter).queryKey, () => board(20)]]
      : view === "table"
        ? [
            [dispatchListQuery({ ...filter, status, sort }).queryKey, firstPage],
            [countsQuery(filter).queryKey, () => board(0)],
          ]
        : view === "calendar"
          ? [month, ...(asked.day ? [asked.day] : [])].map((date) => [
              calendarQuery(date, ofCalendar).queryKey,
              () => calendar(date),
            ])
          : [];
  const client = await prefetch([
    ...ofView,
    [viewsQuery.queryKey, async () => presentPage(await listViews(ctx, { limit: 200 }), presentView)],
  ]);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <DispatchesScreen />
    </HydrationBoundary>
  );
}
