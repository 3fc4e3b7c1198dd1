import { ForbiddenError, UnauthenticatedError } from "@/lib/domain/errors";
import type { Right } from "@/lib/domain/rights";
import type { Context } from "./context";

/**
 * Each service that reads or changes something asks this first, before it looks at its input or at
 * a row: what one may do is decided here and nowhere else, whichever door one came in by.
 * @throws UnauthenticatedError when nobody said who they are, ForbiddenError when they may not
 */
export function requireRight({ actor }: Context, right: Right): void {
  if (actor.rights.has(right)) return;
  if (actor.kind === "anonymous") throw new UnauthenticatedError();
  throw new ForbiddenError("missing_right", { right });
}

/** Whose account it is: only who came in by a session has one. @throws as {@link requireRight} */
export function requireOwnSession(ctx: Context): { userId: string; session: string } {
  requireRight(ctx, "account");
  const { kind, id, session } = ctx.actor;
  if (kind !== "user" || id === undefined || session === undefined) throw new ForbiddenError("no_account");
  return { userId: id, session };
}
