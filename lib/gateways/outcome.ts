import { errors } from "undici";
import { parseRetryAfter } from "@/lib/common/retry-after";
import type { Outcome } from "./gateway";

/** What an answer, or an error instead of one, says of the message. */

/** What a gateway answered. */
export interface Answer {
  status: number;
  /** @param name in lower case */
  header(name: string): string | undefined;
  /** As much of it as was asked for; "" when none was. */
  body: string;
}

/** Statuses that speak of our configuration, not of the message. */
const MISCONFIGURED = new Set([401, 403, 404, 405]);

const ACCEPTED: Outcome = { kind: "accepted" };
export const NEVER_WRITTEN: Outcome = { kind: "deferred", code: "unreachable" };
export const NO_ANSWER: Outcome = { kind: "unknown", code: "timeout" };
export const CONNECTION_LOST: Outcome = { kind: "unknown", code: "connection_lost" };

/** Reads an answer's status (RFC 9110) as an outcome. */
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

/** Why a request is not written after all: its message may not go any more. */
export class Withheld extends Error {}

/** A connection could not be opened. */
export function outcomeOfOpening(error: Error): Outcome {
  return isCertificateError(error) ? { kind: "misconfigured", code: "certificate" } : NEVER_WRITTEN;
}

/** Only what surely was not written may be tried again; everything else may have been taken. */
export function outcomeOfError(error: Error, isWritten: boolean): Outcome {
  if (error instanceof Withheld) return { kind: "withheld" };
  if (!isWritten) return NEVER_WRITTEN;
  const isLate = error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError;
  return isLate ? NO_ANSWER : CONNECTION_LOST;
}

/**
 * A certificate that is not trusted, has expired or names another host
 * (https://nodejs.org/api/tls.html#x509-certificate-error-codes).
 */
export function isCertificateError(error: Error): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === "string" && /CERT|LEAF_SIGNATURE/.test(code);
}
