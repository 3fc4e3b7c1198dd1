import { within } from "@/lib/common/within";
import { env } from "@/lib/env";

const TIMEOUT_MS = 2_000;
const READ_MS_MAX = 3_000;

/** For a page that must not wait for a database: null when reading fails or takes too long. */
export const readInTime = <T>(reading: Promise<T>): Promise<T | null> =>
  within(READ_MS_MAX, reading).catch(() => null);

/**
 * Asks the engine that the settings name how it is: null when it is well, else what is wrong in a
 * few words.
 */
export function engineHealth(): Promise<string | null> {
  const base = env().INNGEST_BASE_URL;
  return base ? healthAt(new URL("/health", base)) : Promise.resolve(null);
}

/** Asks the web process of this machine, which serves the API. */
export function apiHealth(): Promise<string | null> {
  const { HOST, PORT } = env();
  // What listens everywhere listens here; an address in brackets is one of IPv6.
  const host = HOST === "0.0.0.0" || HOST === "::" ? "127.0.0.1" : HOST.includes(":") ? `[${HOST}]` : HOST;
  return PORT === 0 ? Promise.resolve(null) : healthAt(new URL("/healthz", `http://${host}:${PORT}`));
}

/** Null when what answers there is well, else what is wrong in a few words. */
export async function healthAt(url: URL): Promise<string | null> {
  try {
    const answer = await within(
      TIMEOUT_MS,
      fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), cache: "no-store" }),
    );
    return answer.ok ? null : `HTTP ${answer.status}`;
  } catch (error) {
    const { name, cause } = error as { name: string; cause?: { code?: string } };
    return name === "TimeoutError" ? `> ${TIMEOUT_MS} ms` : (cause?.code ?? "unreachable");
  }
}
