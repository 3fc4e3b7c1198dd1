/** What may be done. A service asks for one of these before it reads or changes anything. */
export const rights = [
  "read",
  "metrics",
  "audience:read",
  "audience:export",
  "audience:write",
  "audience:erase",
  "dispatches:write",
  "sending:stop",
  "sending:resume",
  "account",
  "operators:write",
  "quiet_hours:ignore",
  "settings:manage",
  "users:manage",
  "keys:manage",
  "webhooks:manage",
  "audit:read",
] as const;
export type Right = (typeof rights)[number];

export const roles = ["viewer", "marketer", "admin"] as const;
export type Role = (typeof roles)[number];

/**
 * What a key can be given. None lets a key make users, other keys or webhooks: a leaked key must
 * not be able to outlive its revocation.
 */
export const scopes = [
  "read",
  "metrics",
  "audience:read",
  "audience:export",
  "audience:write",
  "dispatches:write",
  "sending:stop",
  "operators:write",
  "quiet_hours:ignore",
] as const;
export type Scope = (typeof scopes)[number];

/** Everything that names no recipient: dispatches, operators, tags, counts. */
const reading: readonly Right[] = ["read", "metrics"];
/** `account`: one's own password and sessions. Programs have neither. */
const viewer: readonly Right[] = [...reading, "audience:read", "account"];
const marketer: readonly Right[] = [
  ...viewer,
  "audience:export",
  "audience:write",
  "dispatches:write",
  "sending:stop",
];

const roleRights: Record<Role, readonly Right[]> = { viewer, marketer, admin: rights };

/**
 * Answers to a change show what was changed, so every scope but `metrics` lets its holder read; who
 * is read or written to is a scope of its own.
 */
const scopeRights: Record<Scope, readonly Right[]> = {
  read: reading,
  metrics: ["metrics"],
  "audience:read": [...reading, "audience:read"],
  "audience:export": [...reading, "audience:read", "audience:export"],
  "audience:write": [...reading, "audience:read", "audience:write"],
  "dispatches:write": [...reading, "dispatches:write"],
  "sending:stop": [...reading, "sending:stop"],
  "operators:write": [...reading, "operators:write"],
  "quiet_hours:ignore": [...reading, "quiet_hours:ignore"],
};

export const allRights: ReadonlySet<Right> = new Set(rights);
export const noRights: ReadonlySet<Right> = new Set();

export const rightsOfRole = (role: Role): ReadonlySet<Right> => new Set(roleRights[role]);

/** The union of what each scope gives. A scope that is no longer known gives nothing. */
export function rightsOfScopes(given: readonly string[]): ReadonlySet<Right> {
  return new Set(scopes.filter((scope) => given.includes(scope)).flatMap((scope) => scopeRights[scope]));
}
