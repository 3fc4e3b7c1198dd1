import { infiniteQueryOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import type { Recipient } from "@/lib/contract/audience/recipient";
import type { Suppression } from "@/lib/contract/audience/suppression";
import type { PersonMessage } from "@/lib/contract/dispatches/person";
import type { Reply } from "@/lib/contract/sending/inbound";
import { refreshOptOuts } from "./audience-queries";
import { call, ProblemError } from "./client";
import type { Page } from "./queries";
import { refreshQueries } from "./refresh";

export const PERSON_PAGE = 25;

const pathOf = (phone: string) => `recipients/${encodeURIComponent(phone)}/`;
const hasStatus = (error: unknown, status: number) =>
  error instanceof ProblemError && error.problem.status === status;

/** Null: nobody has the number, though it may have answered or opted out. */
export const personQuery = (phone: string) =>
  queryOptions({
    queryKey: ["person", phone],
    queryFn: () =>
      call<Recipient>("GET", pathOf(phone)).catch((error: unknown) => {
        if (hasStatus(error, 404)) return null;
        throw error;
      }),
    retry: false,
  });

export const personSuppressionsQuery = (phone: string) =>
  queryOptions({
    queryKey: ["person", phone, "suppressions"],
    queryFn: () =>
      call<Page<Suppression>>("GET", `suppressions/?phone=${encodeURIComponent(phone)}&limit=50`),
    retry: false,
  });

export const personMessagesQuery = (phone: string) =>
  infiniteQueryOptions({
    queryKey: ["person", phone, "messages"],
    queryFn: ({ pageParam }) =>
      call<Page<PersonMessage>>(
        "GET",
        `${pathOf(phone)}messages/?limit=${PERSON_PAGE}${pageParam && `&cursor=${pageParam}`}`,
      ).catch((error: unknown) => {
        if (hasStatus(error, 404)) return { items: [], next_cursor: null };
        throw error;
      }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    retry: false,
  });

export const personRepliesQuery = (phone: string) =>
  infiniteQueryOptions({
    queryKey: ["person", phone, "replies"],
    queryFn: ({ pageParam }) =>
      call<Page<Reply>>(
        "GET",
        `inbound/?phone=${encodeURIComponent(phone)}&limit=${PERSON_PAGE}${pageParam && `&cursor=${pageParam}`}`,
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    retry: false,
  });

/** Something about a person was changed: their page and lists that tell of it are read anew. */
export function refreshPerson(client: QueryClient, phone: string): void {
  void refreshQueries(client, ["person", phone]);
  refreshOptOuts(client);
}
