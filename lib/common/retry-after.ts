/**
 * Milliseconds to wait by a `Retry-After` header (RFC 9110, 10.2.3): seconds, or a date. Never less
 * than 0.
 */
export function parseRetryAfter(header: string | undefined, nowMs = Date.now()): number | undefined {
  if (!header) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(header) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isFinite(ms) ? Math.max(ms, 0) : undefined;
}
