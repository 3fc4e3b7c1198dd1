/** What may be done. A service asks for one of these before it reads or changes anything. */
export const rights = [
  "read",
  "dispatches:write",
  "audience:write",
  "sending:stop",
  "sending:resume",
  "operators:write",
  "users:manage",
  "keys:manage",
  "webhooks:manage",
  "audit:read",
] as const;
export type Right = (typeof rights)[number];

export const roles = ["viewer", "marketer", "admin"] as const;
export type Role = (typeof roles)[number];

/** What a key can be given. None lets a key make users, other keys or webhooks: a leaked key must not be able to outlive its revocation. */
export const scopes = ["read", "dispatches:write", "audience:write", "sending:stop", "operators:write"] as const;
export type Scope = (typeof scopes)[number];

const marketer: readonly Right[] = ["read", "dispatches:write", "audience:write", "sending:stop"];

const roleRights: Record<Role, readonly Right[]> = { viewer: ["read"], marketer, admin: rights };

/** Answers to a change show what was changed, so every scope lets its holder read. */
const scopeRights: Record<Scope, readonly Right[]> = {
  read: ["read"],
  "dispatches:write": ["read", "dispatches:write"],
  "audience:write": ["read", "audience:write"],
  "sending:stop": ["read", "sending:stop"],
  "operators:write": ["read", "operators:write"],
};

export const allRights: ReadonlySet<Right> = new Set(rights);
export const noRights: ReadonlySet<Right> = new Set();

export const rightsOfRole = (role: Role): ReadonlySet<Right> => new Set(roleRights[role]);

/** The union of what each scope gives. A scope that is no longer known gives nothing. */
export function rightsOfScopes(given: readonly string[]): ReadonlySet<Right> {
  return new Set(scopes.filter((scope) => given.includes(scope)).flatMap((scope) => scopeRights[scope]));
}
