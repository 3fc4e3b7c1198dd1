import { infiniteQueryOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import type { NumberRange, RangeLoad } from "@/lib/contract/audience/number-range";
import type { Recipient } from "@/lib/contract/audience/recipient";
import type { CountedAudience } from "@/lib/contract/audience/saved-audience";
import type { Suppression } from "@/lib/contract/audience/suppression";
import type { Reply } from "@/lib/contract/sending/inbound";
import type { SandboxMessages } from "@/lib/contract/sending/sandbox";
import { call } from "./client";
import type { Page } from "./queries";
import { refreshQueries } from "./refresh";

/**
 * What is looked for: a part of a phone or of an attribute, an operator's code, a tag's name; ""
 * for any.
 */
export interface RecipientFilter {
  q: string;
  operator: string;
  tag: string;
}

export const RECIPIENTS_PAGE = 30;

export function filterQuery(filter: RecipientFilter): URLSearchParams {
  return new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ""));
}

export const recipientsQuery = (filter: RecipientFilter) =>
  infiniteQueryOptions({
    queryKey: ["recipients", filter],
    queryFn: ({ pageParam }) => {
      const query = filterQuery(filter);
      query.set("limit", String(RECIPIENTS_PAGE));
      if (pageParam) query.set("cursor", pageParam);
      return call<Page<Recipient>>("GET", `recipients/?${query}`);
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

/** What was searched last filled no page, and there is more to search. */
export const isSearchedInPart = (pages: Page<unknown>[] | undefined): boolean => {
  const last = pages?.at(-1);
  return last?.next_cursor != null && last.items.length < RECIPIENTS_PAGE;
};

export const AUDIENCES_PAGE = 50;

/** Their names alone are wanted: of the newest. */
export const savedAudiencesQuery = queryOptions({
  queryKey: ["audiences", "names"],
  queryFn: async () => (await call<Page<CountedAudience>>("GET", `audiences/?limit=${AUDIENCES_PAGE}`)).items,
  staleTime: 60_000,
});

/** Saved audiences; `q`: part of a name. */
export const audiencesQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: ["audiences", q],
    queryFn: ({ pageParam }) =>
      call<Page<CountedAudience>>(
        "GET",
        `audiences/?${given({ q, cursor: pageParam, limit: String(AUDIENCES_PAGE) })}`,
      ),
    initialPageParam: "",
    getNextPageParam: (page: Page<CountedAudience>) => page.next_cursor ?? undefined,
    staleTime: 10_000,
  });

/** A few recipients to choose from. */
export const someRecipientsQuery = (q: string) =>
  queryOptions({
    queryKey: ["recipients", "some", q],
    queryFn: () => call<Page<Recipient>>("GET", `recipients/?limit=8${q && `&q=${encodeURIComponent(q)}`}`),
    staleTime: 10_000,
  });

export const sandboxQuery = (phone: string) =>
  queryOptions({
    queryKey: ["sandbox", phone],
    queryFn: () => call<SandboxMessages>("GET", `sandbox/messages/?phone=${encodeURIComponent(phone)}`),
    enabled: phone !== "",
    refetchInterval: 2_000,
    retry: false,
  });

export interface SuppressionFilter {
  q: string;
  reason: string;
}

const given = (terms: Record<string, string>) =>
  new URLSearchParams(Object.entries(terms).filter(([, value]) => value !== ""));

export const suppressionQuery = ({ q, reason }: SuppressionFilter): URLSearchParams =>
  given({ phone: q, reason });

export const suppressionsQuery = (filter: SuppressionFilter) =>
  infiniteQueryOptions({
    queryKey: ["suppressions", filter],
    queryFn: ({ pageParam }) =>
      call<Page<Suppression>>(
        "GET",
        `suppressions/?${suppressionQuery(filter)}&${given({ limit: String(RECIPIENTS_PAGE), cursor: pageParam })}`,
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    retry: false,
  });

export interface ReplyFilter {
  q: string;
  keyword: string;
}

/** The more pages one has opened, the less often all of them are read anew. */
export const repliesQuery = (filter: ReplyFilter) =>
  infiniteQueryOptions({
    queryKey: ["replies", filter],
    queryFn: ({ pageParam }) =>
      call<Page<Reply>>(
        "GET",
        `inbound/?${given({ phone: filter.q, keyword: filter.keyword, limit: String(RECIPIENTS_PAGE), cursor: pageParam })}`,
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: ({ state }) => 5_000 * (state.data?.pages.length ?? 1),
    retry: false,
  });

/** What one phone of the sandbox has answered. */
export const sandboxRepliesQuery = (phone: string) =>
  queryOptions({
    queryKey: ["replies", "sandbox", phone],
    queryFn: () => call<Page<Reply>>("GET", `inbound/?phone=${encodeURIComponent(phone)}&limit=50`),
    enabled: phone !== "",
    refetchInterval: 2_000,
    retry: false,
  });

/** Somebody was opted out, or in again: lists that tell of it are read anew. */
export function refreshOptOuts(client: QueryClient): void {
  void refreshQueries(client, ["suppressions"], ["replies"], ["recipients"]);
}

/** What a personal text may name. */
export const attributesQuery = queryOptions({
  queryKey: ["attributes"],
  queryFn: async () => (await call<{ items: { name: string }[] }>("GET", "attributes/")).items,
  staleTime: 60_000,
});

/** The newest loads of number ranges: the one that holds, and what is under way. */
export const rangeLoadsQuery = queryOptions({
  queryKey: ["range-loads"],
  queryFn: () => call<Page<RangeLoad>>("GET", "number-range-loads/?limit=50"),
  refetchInterval: (query) =>
    query.state.data?.items.some(({ status }) => status === "running") ? 1_000 : false,
});

/** The range that a number is in; none where its prefix decides. */
export const rangeOfQuery = (phone: string) =>
  queryOptions({
    queryKey: ["number-ranges", phone],
    queryFn: () => call<Page<NumberRange>>("GET", `number-ranges/?phone=${encodeURIComponent(phone)}`),
    enabled: phone !== "",
    retry: false,
  });
