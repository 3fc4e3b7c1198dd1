import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { ApiKey } from "@/lib/contract/api-key";
import type { AuditEntry } from "@/lib/contract/audit";
import type { User } from "@/lib/contract/user";
import { call } from "./client";
import type { Page } from "./queries";

/** The newest 200 of each: who may come in. */
export const usersQuery = queryOptions({ queryKey: ["users"], queryFn: () => call<Page<User>>("GET", "users/?limit=200") });
export const apiKeysQuery = queryOptions({ queryKey: ["api-keys"], queryFn: () => call<Page<ApiKey>>("GET", "api-keys/?limit=200") });

export const AUDIT_PAGE = 50;

/** Who changed what; an empty term is none. */
export const auditQuery = (filter: { actor: string; action: string; subject: string }) =>
  infiniteQueryOptions({
    queryKey: ["audit", filter],
    queryFn: ({ pageParam }) => {
      const terms = Object.entries({ ...filter, cursor: pageParam }).filter(([, value]) => value !== "");
      return call<Page<AuditEntry>>("GET", `audit/?${new URLSearchParams([["limit", String(AUDIT_PAGE)], ...terms])}`);
    },
    initialPageParam: "",
    getNextPageParam: (page: Page<AuditEntry>) => page.next_cursor ?? undefined,
  });
