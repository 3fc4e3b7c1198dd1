// The wire format: what an SDK registers, what it is sent, and what it answers (docs/SDK_SPEC.md of
// inngest/inngest).

export interface EngineEvent {
  id: string;
  name: string;
  data: Record<string, unknown>;
  ts: number;
  [extra: string]: unknown;
}

/**
 * A function as the SDK registers it. Fields the engine does not implement are read only to be
 * refused by name.
 */
export interface FunctionConfig {
  id: string;
  name?: string;
  triggers: ({ event: string; expression?: string } | { cron: string; jitter?: string })[];
  steps: { step: { runtime: { type: string; url: string }; retries?: { attempts?: number } } };
  concurrency?: number | ConcurrencyOption | ConcurrencyOption[];
  throttle?: { key?: string; limit: number; period: string; burst?: number };
  cancel?: { event: string; if?: string; timeout?: string }[];
}

export interface ConcurrencyOption {
  limit: number;
  key?: string;
  scope?: string;
}

/** One operation an SDK reports in a 206 answer. */
export interface Op {
  id: string;
  op: string;
  name?: string;
  displayName?: string;
  data?: unknown;
  error?: unknown;
  opts?: { duration?: string; parallelMode?: string };
}

export interface UserError {
  name: string;
  message: string;
  stack?: string;
}

/** Events the engine itself sends, as a real server does. */
export const InternalEvent = {
  failed: "inngest/function.failed",
  cancelled: "inngest/function.cancelled",
  cron: "inngest/scheduled.timer",
} as const;

/** Limits of a real server that functions may not exceed here either. */
export const LIMITS = {
  stepsPerRun: 1_000,
  eventsPerRequest: 5_000,
  requestBytes: 32 * 1024 * 1024,
  callMs: 2 * 3600e3,
} as const;

/** The error an SDK serialised, whatever shape it came in. */
export function readError(value: unknown, fallback: string): UserError {
  const error = (
    value !== null && typeof value === "object"
      ? value
      : { message: typeof value === "string" && value ? value : fallback }
  ) as Record<string, unknown>;
  const message = error.message ?? error.error ?? fallback;
  return { ...error, name: String(error.name ?? "Error"), message: String(message) };
}
