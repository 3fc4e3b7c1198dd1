import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { Recipient } from "@/lib/contract/audience/recipient";
import type { SandboxMessages } from "@/lib/contract/sending/sandbox";
import { call } from "./client";
import type { Page } from "./queries";

/** What is looked for: the beginning of a phone, an operator's code, a tag's name; "" for any. */
export interface RecipientFilter {
  q: string;
  operator: string;
  tag: string;
}

export const RECIPIENTS_PAGE = 50;

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
