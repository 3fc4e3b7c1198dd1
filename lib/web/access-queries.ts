import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { Session } from "@/lib/contract/access/account";
import type { ApiKey } from "@/lib/contract/access/api-key";
import type { AuditEntry } from "@/lib/contract/access/audit";
import type { Invitation, User } from "@/lib/contract/access/user";
import type { Webhook, WebhookDelivery } from "@/lib/contract/webhooks/webhook";
import { call } from "./client";
import type { Page } from "./queries";

/** The newest 200 of each: who may come in. */
export const usersQuery = queryOptions({
  queryKey: ["users"],
  queryFn: () => call<Page<User>>("GET", "users/?limit=200"),
});
export const invitationsQuery = queryOptions({
  queryKey: ["invitations"],
  queryFn: () => call<Page<Invitation>>("GET", "invitations/?limit=200"),
});
export const apiKeysQuery = queryOptions({
  queryKey: ["api-keys"],
  queryFn: () => call<Page<ApiKey>>("GET", "api-keys/?limit=200"),
});

/** Where whoever looks is signed in. */
export const sessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: () => call<{ items: Session[] }>("GET", "account/sessions/"),
});

const DELIVERIES_PAGE = 20;
const DELIVERIES_MS = 3_000;

/** The newest 200. Read anew while anything waits for one of them. */
export const webhooksQuery = queryOptions({
  queryKey: ["webhooks"],
  queryFn: () => call<Page<Webhook>>("GET", "webhooks/?limit=200"),
  refetchInterval: ({ state }) =>
    state.data?.items.some(({ pending }) => pending > 0) ? DELIVERIES_MS : false,
});

/** What a webhook was told, newest first. Read anew while any of it is still to be tried. */
export const deliveriesQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["webhooks", id, "deliveries"],
    queryFn: ({ pageParam }) =>
      call<Page<WebhookDelivery>>(
        "GET",
        `webhooks/${id}/deliveries/?limit=${DELIVERIES_PAGE}${pageParam === "" ? "" : `&cursor=${encodeURIComponent(pageParam)}`}`,
      ),
    initialPageParam: "",
    getNextPageParam: (page: Page<WebhookDelivery>) => page.next_cursor ?? undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(({ status }) => status === "pending"))
        ? DELIVERIES_MS
        : false,
  });

export const AUDIT_PAGE = 50;

/** Who did what; an empty term is none. */
export const auditQuery = (filter: { actor: string; action: string; subject: string; address: string }) =>
  infiniteQueryOptions({
    queryKey: ["audit", filter],
    queryFn: ({ pageParam }) => {
      const terms = Object.entries({ ...filter, cursor: pageParam }).filter(([, value]) => value !== "");
      return call<Page<AuditEntry>>(
        "GET",
        `audit/?${new URLSearchParams([["limit", String(AUDIT_PAGE)], ...terms])}`,
      );
    },
    initialPageParam: "",
    getNextPageParam: (page: Page<AuditEntry>) => page.next_cursor ?? undefined,
  });
