import { QueryClient, type QueryKey } from "@tanstack/react-query";

/**
 * Reads what a page shows first from the services, so that its first paint is whole. What cannot be
 * read is left to the browser, which asks again and says so.
 */
export async function prefetch(queries: [QueryKey, () => Promise<unknown>][]): Promise<QueryClient> {
  const client = new QueryClient();
  await Promise.all(
    queries.map(([queryKey, queryFn]) => client.prefetchQuery({ queryKey, queryFn, retry: false })),
  );
  return client;
}
