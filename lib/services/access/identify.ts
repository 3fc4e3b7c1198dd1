import { findApiKey, noteApiKeyUse } from "@/db/access/api-keys";
import { sameSecret } from "@/lib/common/same-secret";
import { UnauthenticatedError } from "@/lib/domain/errors";
import { type Role, rightsOfRole, rightsOfScopes } from "@/lib/domain/rights";
import type { Actor, Context } from "@/lib/services/context";
import { prefixOfKey, sha256 } from "@/lib/services/secrets";
import { auditRefusal } from "./audit-refusal";

/** The session's user. */
export interface SignedIn {
  id: string;
  name: string;
  email: string;
  role: Role;
  /** The session's id, and when it was last used. */
  session: string;
  lastSeenAt: Date;
}

/** What a request tells of its sender. */
export interface Credentials {
  /** What follows `Bearer` in Authorization; null when there is no such header. */
  bearer: string | null;
  /** Reads the session of its cookie; null when it has none that holds. */
  session: () => Promise<SignedIn | null>;
}

/**
 * The context of one request. Its actor is the key or the session's user, else the process's
 * anonymous actor. A key must be right, also where none is needed: a program with a wrong key must
 * hear of it, and not go on as somebody else.
 * @throws UnauthenticatedError when the key is wrong, expired or revoked
 */
export async function identify(ctx: Context, { bearer, session }: Credentials): Promise<Context> {
  if (bearer !== null) return { ...ctx, actor: await actorOfKey(ctx, bearer) };
  const user = await session();
  if (!user) return ctx;
  return {
    ...ctx,
    actor: {
      ...ctx.actor,
      kind: "user",
      id: user.id,
      name: user.email,
      rights: rightsOfRole(user.role),
      session: user.session,
    },
  };
}

async function actorOfKey(ctx: Context, key: string): Promise<Actor> {
  const prefix = prefixOfKey(key);
  const found = prefix === null ? undefined : await findApiKey(ctx.db.sql, prefix);
  const isRight = found !== undefined && sameSecret(found.sha256, sha256(key));
  if (!isRight || !found.isValid) {
    await auditRefusal(ctx, {
      action: "api_key.refused",
      subjectId: found?.id,
      reason: isRight ? "ended" : "wrong",
    });
    throw new UnauthenticatedError("wrong_key");
  }
  if (found.isUseOld) await noteApiKeyUse(ctx.db.sql, found.id);
  return {
    ...ctx.actor,
    kind: "key",
    id: found.id,
    name: `key ${found.name} (${prefix})`,
    rights: rightsOfScopes(found.scopes),
    dailyRecipientsMax: found.dailyRecipients ?? ctx.actor.dailyRecipientsMax,
  };
}
