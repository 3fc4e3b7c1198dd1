import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { Import } from "@/lib/contract/audience/import";
import type { Operator } from "@/lib/contract/audience/operator";
import type { Tag } from "@/lib/contract/audience/tag";
import type { Calendar } from "@/lib/contract/dispatches/calendar";
import type { Board, Dispatch } from "@/lib/contract/dispatches/dispatch";
import type { PreviewAnswer } from "@/lib/contract/dispatches/preview";
import type { Timeline } from "@/lib/contract/dispatches/timeline";
import type { DispatchView } from "@/lib/contract/dispatches/view";
import type { Overview } from "@/lib/contract/health/overview";
import type { QuietHoursAnswer } from "@/lib/contract/sending/quiet-hours";
import type { SendingAnswer } from "@/lib/contract/sending/sending";
import { isFinished } from "@/lib/domain/lifecycle";
import { call } from "./client";
import { released } from "./press";

/**
 * What the screens read, each once: the same key on the server's first paint and in every
 * component.
 */
export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

const PAGE = 200;
const PAGES_MAX = 5;
const LIVE_MS = 1_000;
const CALM_MS = 5_000;

/** All pages of a list, up to 1,000 items. */
async function all<T>(path: string): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  for (let i = 0; i < PAGES_MAX; i++) {
    const page: Page<T> = await call(
      "GET",
      `${path}${path.includes("?") ? "&" : "?"}limit=${PAGE}${cursor ? `&cursor=${cursor}` : ""}`,
    );
    items.push(...page.items);
    cursor = page.next_cursor;
    if (cursor === null) break;
  }
  return items;
}

export const operatorsQuery = queryOptions({
  queryKey: ["operators"],
  queryFn: () => all<Operator>("operators/"),
  staleTime: 30_000,
});
export const tagsQuery = queryOptions({
  queryKey: ["tags"],
  queryFn: () => all<Tag>("tags/"),
  staleTime: 30_000,
});
export const importsQuery = queryOptions({
  queryKey: ["imports"],
  queryFn: () => call<Page<Import>>("GET", "imports/?limit=20"),
  refetchInterval: (query) =>
    query.state.data?.items.some(({ status }) => status === "running") ? LIVE_MS : false,
});
export const sendingQuery = queryOptions({
  queryKey: ["sending"],
  queryFn: () => call<SendingAnswer>("GET", "sending/"),
  refetchInterval: CALM_MS,
});

export const quietHoursQuery = queryOptions({
  queryKey: ["quiet-hours"],
  queryFn: () => call<QuietHoursAnswer>("GET", "settings/quiet-hours/"),
  staleTime: 30_000,
});

/** What dispatches are asked for; "" for anything. Days are those of `timezone`. */
export type DispatchFilter = Record<"q" | "from" | "to" | "timezone" | "tag" | "audience" | "author", string>;

export const authorsQuery = queryOptions({
  queryKey: ["dispatches", "authors"],
  queryFn: async () => (await call<{ items: string[] }>("GET", "dispatches/authors/")).items,
  staleTime: 60_000,
});

/** A board of more cards that move is read less often: it is larger, and nobody sees them all. */
const CARDS_A_SECOND = 8;

/**
 * Counts, and the cards that the board shows, with one small request, which is answered with 304
 * when nothing has moved.
 */
export const boardQuery = (filter: DispatchFilter) =>
  queryOptions({
    queryKey: ["dispatches", "board", filter],
    queryFn: () => call<Board>("GET", `dispatches/board/?${terms(filter)}`),
    refetchInterval: ({ state }) =>
      state.data?.running.length ? LIVE_MS * Math.ceil(state.data.running.length / CARDS_A_SECOND) : 2_000,
  });

/** The counts alone. */
export const countsQuery = (filter: DispatchFilter) =>
  queryOptions({
    queryKey: ["dispatches", "counts", filter],
    queryFn: () => call<Board>("GET", `dispatches/board/?${terms({ ...filter, limit: "0" })}`),
    refetchInterval: 2_000,
  });

/** Filters of the list that have names. */
export const viewsQuery = queryOptions({
  queryKey: ["dispatch-views"],
  queryFn: () => call<Page<DispatchView>>("GET", "dispatch-views/?limit=200"),
  staleTime: 30_000,
});

/** What a day of a month shows at most, and what it shows when it is opened. */
const DAY_ITEMS = 3;
const OPENED_ITEMS = 50;

/** A month, or a day of it that is opened. */
export const calendarQuery = (
  date: string,
  filter: Record<"q" | "tag" | "audience" | "author" | "timezone", string>,
) =>
  queryOptions({
    queryKey: ["dispatches", "calendar", date, filter],
    queryFn: () => call<Calendar>("GET", `dispatches/calendar/?${calendarTerms(date, filter)}`),
    refetchInterval: 10_000,
  });
export const calendarTerms = (date: string, filter: Record<string, string>) =>
  terms({ ...filter, date, limit: String(date.length === 7 ? DAY_ITEMS : OPENED_ITEMS) });

export const DISPATCHES_PAGE = 50;

/**
 * `status`: one, or several with commas; "" for any. The more pages one has opened, the less often
 * all of them are read anew.
 */
export const dispatchListQuery = (filter: DispatchFilter & { status: string; sort: string }) =>
  infiniteQueryOptions({
    queryKey: ["dispatches", "list", filter],
    queryFn: ({ pageParam }) =>
      call<Page<Dispatch>>(
        "GET",
        `dispatches/?${terms({ ...filter, cursor: pageParam, limit: String(DISPATCHES_PAGE) })}`,
      ),
    initialPageParam: "",
    getNextPageParam: (page: Page<Dispatch>) => page.next_cursor ?? undefined,
    refetchInterval: ({ state }) => 2_000 * (state.data?.pages.length ?? 1),
  });

/** A query without the terms that are empty. */
function terms(values: Record<string, string>): URLSearchParams {
  return new URLSearchParams(Object.entries(values).filter(([, value]) => value !== ""));
}

/** Those that are over, the newest first: whom they have reached can be left out of another. */
export const finishedDispatchesQuery = queryOptions({
  queryKey: ["dispatches", "over"],
  queryFn: () =>
    call<Page<Dispatch>>("GET", "dispatches/?status=completed,expired,cancelled&sort=-start&limit=100"),
  staleTime: 30_000,
});

export const dispatchQuery = (id: string) =>
  queryOptions({
    queryKey: ["dispatches", "one", id],
    queryFn: () => call<Dispatch>("GET", `dispatches/${id}/`),
    refetchInterval: (query) => (query.state.data && isQuiet(query.state.data) ? CALM_MS : LIVE_MS),
  });

/**
 * A dispatch's lanes and what happened, with the dispatch of that moment. Read until what it shows
 * is at rest, not until somebody else says so.
 */
export const timelineQuery = (id: string) =>
  queryOptions({
    queryKey: ["timeline", id],
    queryFn: () => call<Timeline>("GET", `dispatches/${id}/timeline/`),
    refetchInterval: ({ state }) => (state.data && isQuiet(state.data.dispatch) ? 10_000 : LIVE_MS),
  });

export const overviewQuery = (timezone: string) =>
  queryOptions({
    queryKey: ["overview", timezone],
    queryFn: () => call<Overview>("GET", `overview/?timezone=${encodeURIComponent(timezone)}`),
    refetchInterval: 2_000,
  });

/**
 * What a draft would do; the dispatch that it edits, if any, does not compete with itself. The key
 * is the draft: each has an answer of its own.
 */
export const previewQuery = (draft: Record<string, unknown>, edited?: string) =>
  queryOptions({
    queryKey: ["preview", draft, edited ?? null],
    // An answer changes heights: it must not move away a button that is pressed.
    queryFn: () =>
      call<PreviewAnswer>("POST", `dispatches/preview/${edited ? `?dispatch=${edited}` : ""}`, draft).finally(
        released,
      ),
    staleTime: 10_000,
    gcTime: 60_000,
    retry: false,
  });

/** Nothing will change by itself within a second. */
export function isQuiet({ status, progress, start_datetime }: Dispatch): boolean {
  if (isFinished(status)) return progress.sending === 0 && progress.remaining === 0;
  return status === "scheduled" && Date.parse(start_datetime) - Date.now() > 60_000;
}
