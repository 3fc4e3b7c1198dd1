const UNITS: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1e3, m: 60e3, h: 3600e3, d: 86_400e3, w: 604_800e3 };

/** Milliseconds in a time string such as `2h45m` (section 1.3.2 of the specification); undefined when it is none. The empty string is 0. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h|d|w))*$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d|w)/g)) total += Number(amount) * (UNITS[unit!] ?? 0);
  return total;
}

const MIN_RETRY_MS = 1_000;
const MAX_RETRY_MS = 24 * 3600e3;

/** Milliseconds to wait according to a Retry-After header (seconds or a date), kept between 1 s and 24 h as a real server does. */
export function parseRetryAfter(header: string | undefined, now = Date.now()): number | undefined {
  if (!header) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.min(MAX_RETRY_MS, Math.max(MIN_RETRY_MS, ms));
}
