import type { Page } from "@/lib/services/page";

/** A page of a service's answer, each item in the API's shape. */
export const presentPage = <T, P>(
  { items, nextCursor }: Page<T>,
  presentItem: (item: T) => P,
): { items: P[]; next_cursor: string | null } => ({
  items: items.map((item) => presentItem(item)),
  next_cursor: nextCursor,
});

/** For items that have the API's shape already. */
export const asIs = <T>(item: T): T => item;
