/** What can go wrong by the rules of the house. These know nothing of HTTP; lib/http turns them into problems, and their texts are in lib/contract. */

/** One wrong field. `pointer` is a JSON pointer (RFC 6901) into the input, "" for the whole; `params` fill the text. */
export interface FieldError {
  pointer: string;
  code: string;
  params?: Record<string, string | number>;
}

export class DomainError extends Error {}

/** The input breaks rules; carries every broken one at once. */
export class ValidationError extends DomainError {
  constructor(readonly errors: FieldError[]) {
    super(errors.map((e) => `${e.pointer} ${e.code}`).join(", "));
  }
}

/** The named thing does not exist. `what` is a resource name, such as "dispatch". */
export class NotFoundError extends DomainError {
  constructor(
    readonly what: string,
    readonly id: string,
  ) {
    super(`${what} ${id} not found`);
  }
}

/** The state of things forbids it. `code` chooses the text. */
export class ConflictError extends DomainError {
  constructor(
    readonly code: string,
    readonly params: Record<string, string | number> = {},
  ) {
    super(code);
  }
}

/** The caller's version is not the newest (If-Match). */
export class StaleVersionError extends DomainError {
  constructor(readonly current: number) {
    super(`the current version is ${current}`);
  }
}

/** Nobody said who they are, or what they said is not true. `code` chooses the text: `unauthenticated`, or `wrong_key` and `wrong_password` for what was presented. */
export class UnauthenticatedError extends DomainError {
  constructor(readonly code: "unauthenticated" | "wrong_key" | "wrong_password" = "unauthenticated") {
    super(code);
  }
}

/** Who asks is known and may not do it. `code` chooses the text: `missing_right`, or `daily_recipients` beyond a ceiling. */
export class ForbiddenError extends DomainError {
  constructor(
    readonly code: string,
    readonly params: Record<string, string | number> = {},
  ) {
    super(code);
  }
}

/** Somebody tries too often. */
export class TooManyAttemptsError extends DomainError {
  constructor(readonly retryAfterS: number) {
    super(`again in ${retryAfterS} s`);
  }
}
