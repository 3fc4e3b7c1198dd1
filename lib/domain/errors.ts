/**
 * The errors of our rules. They know nothing of HTTP: lib/http turns them into problems, and their
 * texts are in lib/contract.
 */

/**
 * One wrong field. `pointer` is a JSON pointer (RFC 6901) into the input, "" for the whole input.
 * `params` fill the text.
 */
export interface FieldError {
  pointer: string;
  code: string;
  params?: Record<string, string | number>;
}

const KIND = Symbol.for("carillon.error");

/**
 * Next compiles these classes twice, for pages and for routes. A page must recognise an error that
 * a service opened by a route has thrown, so `instanceof` compares the `kind` of an error, not its
 * class.
 */
export class DomainError extends Error {
  static readonly kind: string = "any";

  get [KIND](): string {
    return (this.constructor as typeof DomainError).kind;
  }

  static override [Symbol.hasInstance](error: unknown): boolean {
    const kind = (error as { [KIND]?: string } | null | undefined)?.[KIND];
    // biome-ignore lint/complexity/noThisInStatic: `this` is the class on the right of `instanceof`, which may be a subclass.
    const asked = this.kind;
    return kind !== undefined && (asked === "any" || asked === kind);
  }
}

/** The input breaks rules. The error carries all of them. */
export class ValidationError extends DomainError {
  static override readonly kind = "validation";

  constructor(readonly errors: FieldError[]) {
    super(errors.map((e) => `${e.pointer} ${e.code}`).join(", "));
  }
}

/** The named thing does not exist. `what` is a resource name, such as "dispatch". */
export class NotFoundError extends DomainError {
  static override readonly kind = "not_found";

  constructor(
    readonly what: string,
    readonly id: string,
  ) {
    super(`${what} ${id} not found`);
  }
}

/** The present state forbids it. `code` chooses the text. */
export class ConflictError extends DomainError {
  static override readonly kind = "conflict";

  constructor(
    readonly code: string,
    readonly params: Record<string, string | number> = {},
  ) {
    super(code);
  }
}

/** The caller's version is not the newest (If-Match). */
export class StaleVersionError extends DomainError {
  static override readonly kind = "stale_version";

  constructor(readonly current: number) {
    super(`the current version is ${current}`);
  }
}

/**
 * The caller has no credentials or wrong ones. `code` chooses the text: `unauthenticated`, or
 * `wrong_key` and `wrong_password`.
 */
export class UnauthenticatedError extends DomainError {
  static override readonly kind = "unauthenticated";

  constructor(readonly code: "unauthenticated" | "wrong_key" | "wrong_password" = "unauthenticated") {
    super(code);
  }
}

/**
 * We know the caller, who lacks the right. `code` chooses the text: `missing_right`, or
 * `daily_recipients` beyond a ceiling.
 */
export class ForbiddenError extends DomainError {
  static override readonly kind = "forbidden";

  constructor(
    readonly code: string,
    readonly params: Record<string, string | number> = {},
  ) {
    super(code);
  }
}

/** The caller has tried too often. */
export class TooManyAttemptsError extends DomainError {
  static override readonly kind = "too_many_attempts";

  constructor(readonly retryAfterS: number) {
    super(`again in ${retryAfterS} s`);
  }
}
