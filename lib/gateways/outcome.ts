import { errors } from "undici";
import { parseRetryAfter } from "@/lib/common/retry-after";
import type { Outcome } from "./gateway";

/** Turns the answer to a request, or its error, into the outcome of the message. */

export interface Answer {
  status: number;
  /** @param name in lower case */
  header(name: string): string | undefined;
  /** The body, if the connection reads it; else "". */
  body: string;
}

/** Statuses that are about our configuration, not about the message. */
const MISCONFIGURED = new Set([401, 403, 404, 405]);

const ACCEPTED: Outcome = { kind: "accepted" };
export const NEVER_WRITTEN: Outcome = { kind: "deferred", code: "unreachable" };
export const NO_ANSWER: Outcome = { kind: "unknown", code: "timeout" };
export const CONNECTION_LOST: Outcome = { kind: "unknown", code: "connection_lost" };

/** Turns the status of an answer (RFC 9110) into an outcome. */
export function outcomeOf({ status, header }: Pick<Answer, "status" | "header">): Outcome {
  if (status >= 200 && status < 300) return ACCEPTED;
  const code = `http_${status}`;
  if (status === 429 || status === 503) {
    const retryAfterMs = parseRetryAfter(header("retry-after"));
    return { kind: "deferred", code, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  }
  if (MISCONFIGURED.has(status) || (status >= 300 && status < 400)) return { kind: "misconfigured", code };
  if (status >= 400 && status < 500) return { kind: "rejected", code };
  return { kind: "unknown", code };
}

/** Aborts a request whose message may not go any more. */
export class Withheld extends Error {}

/** The outcome of a message for which no connection could be opened. */
export function outcomeOfOpening(error: Error): Outcome {
  return isCertificateError(error) ? { kind: "misconfigured", code: "certificate" } : NEVER_WRITTEN;
}

/**
 * Only a message that surely was not written may be tried again. The gateway may have taken any
 * other.
 */
export function outcomeOfError(error: Error, isWritten: boolean): Outcome {
  if (error instanceof Withheld) return { kind: "withheld" };
  if (!isWritten) return NEVER_WRITTEN;
  const isLate = error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError;
  return isLate ? NO_ANSWER : CONNECTION_LOST;
}

/**
 * Is it about the certificate: not trusted, expired, or of another host
 * (https://nodejs.org/api/tls.html#x509-certificate-error-codes)?
 */
export function isCertificateError(error: Error): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === "string" && /CERT|LEAF_SIGNATURE/.test(code);
}
