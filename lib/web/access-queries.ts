import { queryOptions } from "@tanstack/react-query";
import type { ApiKey } from "@/lib/contract/api-key";
import type { User } from "@/lib/contract/user";
import { call } from "./client";
import type { Page } from "./queries";

/** The newest 200 of each: who may come in. */
export const usersQuery = queryOptions({ queryKey: ["users"], queryFn: () => call<Page<User>>("GET", "users/?limit=200") });
export const apiKeysQuery = queryOptions({ queryKey: ["api-keys"], queryFn: () => call<Page<ApiKey>>("GET", "api-keys/?limit=200") });
