import type { Page } from "@/lib/services/page";

/** A page of what a service has found, each item of it as the API answers it. */
export const presentPage = <T, P>(
  { items, nextCursor }: Page<T>,
  presentItem: (item: T) => P,
): { items: P[]; next_cursor: string | null } => ({
  items: items.map((item) => presentItem(item)),
  next_cursor: nextCursor,
});

/** What has the shape of its answer already. */
export const asIs = <T>(item: T): T => item;
