import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { Draft, Template } from "@/lib/contract/dispatches/prepared";
import type { Gateway } from "@/lib/contract/sending/gateway";
import { call } from "./client";
import type { Page } from "./queries";

const PAGE = 50;

const listOf = <T>(kind: "drafts" | "templates", q: string) =>
  infiniteQueryOptions({
    queryKey: [kind, q],
    queryFn: ({ pageParam }) => {
      const terms = Object.entries({ q, cursor: pageParam, limit: String(PAGE) });
      const query = new URLSearchParams(terms.filter(([, value]) => value !== ""));
      return call<Page<T>>("GET", `${kind}/?${query}`);
    },
    initialPageParam: "",
    getNextPageParam: (page: Page<T>) => page.next_cursor ?? undefined,
    refetchOnMount: "always",
  });

export const draftsQuery = (q: string) => listOf<Draft>("drafts", q);
export const templatesQuery = (q: string) => listOf<Template>("templates", q);

export const gatewaysQuery = queryOptions({
  queryKey: ["gateways"],
  queryFn: async () => (await call<{ items: Gateway[] }>("GET", "gateways/")).items,
  staleTime: 5 * 60_000,
});
