/** Where the functions answer. */
export const SERVE_PATH = "/api/inngest";

/**
 * Options of the SDK's `serve`. What it tells the engine is where we say that the functions are,
 * never what a caller calls us; and nobody makes it tell anything who has no key.
 */
export const servedAt = (origin: string) => ({
  serveOrigin: origin,
  servePath: SERVE_PATH,
  enableUnauthedSync: false,
});
