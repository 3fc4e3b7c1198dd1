import type { z } from "zod";
import { isDatabaseAway, isDatabaseFull } from "@/lib/common/database-errors";
import { fieldErrors, type Problem } from "@/lib/contract/problem";
import { hasText, type Locale, textOf } from "@/lib/contract/texts";
import {
  ConflictError,
  type FieldError,
  ForbiddenError,
  NotFoundError,
  StaleVersionError,
  TooManyAttemptsError,
  UnauthenticatedError,
  ValidationError,
} from "@/lib/domain/errors";

interface Extras {
  params?: Record<string, string | number>;
  /** The key of the detail when it is not the problem's own. */
  detail?: string;
  errors?: FieldError[];
  headers?: Record<string, string>;
}

/** An answer that is a problem. `code` names it in its `type` and its texts. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly extras: Extras = {},
  ) {
    super(code);
  }
}

/**
 * Makes a problem of an error: our own errors by their kind, a database that is away as 503, every
 * other error as 500 without its details.
 */
export function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof ValidationError) {
    const tooLarge = error.errors.find(({ code }) => code === "file_too_large");
    if (tooLarge) return new HttpError(413, "payload-too-large", { params: tooLarge.params ?? {} });
    return new HttpError(400, "validation", { errors: error.errors });
  }
  if (error instanceof NotFoundError)
    return new HttpError(404, "not-found", { detail: `not-found.${error.what}`, params: { id: error.id } });
  if (error instanceof ConflictError)
    return new HttpError(409, "conflict", { detail: error.code, params: error.params });
  if (error instanceof StaleVersionError)
    return new HttpError(412, "precondition-failed", { params: { version: error.current } });
  if (error instanceof UnauthenticatedError) return unauthenticated(error.code);
  if (error instanceof ForbiddenError)
    return new HttpError(403, "forbidden", { detail: `forbidden.${error.code}`, params: error.params });
  if (error instanceof TooManyAttemptsError)
    return new HttpError(429, "too-many-attempts", {
      headers: { "retry-after": String(error.retryAfterS) },
      params: { minutes: Math.ceil(error.retryAfterS / 60) },
    });
  if (isDatabaseAway(error) || isDatabaseFull(error))
    return new HttpError(503, "unavailable", { headers: { "retry-after": "5" } });
  return new HttpError(500, "internal");
}

/** RFC 9110 asks every 401 to name the way to authenticate. */
const unauthenticated = (code: string, params: Record<string, string | number> = {}) =>
  new HttpError(401, "unauthenticated", { detail: code, params, headers: { "www-authenticate": "Bearer" } });

/**
 * The contract answers a missing right to create a dispatch with 401, as it does missing
 * credentials.
 */
export function missingRightIs401(error: unknown): never {
  if (error instanceof ForbiddenError && error.code === "missing_right")
    throw unauthenticated("forbidden.missing_right", error.params);
  throw error;
}

export function problemResponse(
  error: HttpError,
  { locale, requestId, path }: { locale: Locale; requestId: string; path: string },
): Response {
  const { params, detail = error.code, errors, headers } = error.extras;
  const detailKey = hasText(`detail.${detail}`)
    ? `detail.${detail}`
    : hasText(detail)
      ? detail
      : `detail.${error.code}`;
  const problem: Problem = {
    type: `/docs/errors/${error.code}`,
    title: textOf(locale, `title.${error.code}`),
    status: error.status,
    detail: textOf(locale, detailKey, params),
    instance: path,
    request_id: requestId,
    ...(errors && {
      errors: errors.map((e) => ({
        pointer: e.pointer,
        detail: textOf(locale, e.code, e.params),
        code: e.code,
      })),
    }),
  };
  return new Response(JSON.stringify(problem), {
    status: error.status,
    headers: { "content-type": "application/problem+json", "content-language": locale, ...headers },
  });
}

/** Parses by a schema. @throws ValidationError with every field error at once */
export function parse<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const read = schema.safeParse(input);
  if (!read.success) throw new ValidationError(fieldErrors(read.error, input));
  return read.data;
}
