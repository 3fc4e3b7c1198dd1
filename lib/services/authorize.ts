import { ForbiddenError, UnauthenticatedError } from "@/lib/domain/errors";
import type { Right } from "@/lib/domain/rights";
import type { Context } from "./context";

/**
 * Each service that reads or changes something calls this first, before it looks at its input or at
 * a row. Rights are decided here and nowhere else, for pages and API alike.
 * @throws UnauthenticatedError for an anonymous caller, ForbiddenError for a caller without the
 * right
 */
export function requireRight({ actor }: Context, right: Right): void {
  if (actor.rights.has(right)) return;
  if (actor.kind === "anonymous") throw new UnauthenticatedError();
  throw new ForbiddenError("missing_right", { right });
}

/** The caller's own user: only a session has one. @throws as {@link requireRight} */
export function requireOwnSession(ctx: Context): { userId: string; session: string } {
  requireRight(ctx, "account");
  const { kind, id, session } = ctx.actor;
  if (kind !== "user" || id === undefined || session === undefined) throw new ForbiddenError("no_account");
  return { userId: id, session };
}
