/** Where the functions answer. */
export const SERVE_PATH = "/api/inngest";

/**
 * Options of the SDK's `serve`. It registers the functions at the address of our settings, never at
 * a name that a caller sends, and only for callers with the key.
 */
export const servedAt = (origin: string) => ({
  serveOrigin: origin,
  servePath: SERVE_PATH,
  enableUnauthedSync: false,
});
