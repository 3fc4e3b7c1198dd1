import type { QueryClient, QueryKey } from "@tanstack/react-query";

/**
 * Reads anew what begins with one of these keys, after a change. TanStack Query would keep a first
 * answer that is on its way, though it was asked for before the change: we give it up.
 */
export async function refreshQueries(client: QueryClient, ...keys: QueryKey[]): Promise<void> {
  await Promise.all(
    keys.map(async (queryKey) => {
      await client.cancelQueries({ queryKey });
      await client.invalidateQueries({ queryKey });
    }),
  );
}
