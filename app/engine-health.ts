import { env } from "@/lib/env";

const TIMEOUT_MS = 2_000;

/** Asks the engine that the settings name how it is: null when it is well, else what is wrong in a few words. */
export async function engineHealth(): Promise<string | null> {
  const base = env().INNGEST_BASE_URL;
  if (!base) return null;
  try {
    const answer = await fetch(new URL("/health", base), { signal: AbortSignal.timeout(TIMEOUT_MS), cache: "no-store" });
    return answer.ok ? null : `HTTP ${answer.status}`;
  } catch (error) {
    const { name, cause } = error as { name: string; cause?: { code?: string } };
    return name === "TimeoutError" ? `> ${TIMEOUT_MS} ms` : (cause?.code ?? "unreachable");
  }
}
