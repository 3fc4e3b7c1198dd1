/** All rights. A service requires one of them before it reads or changes anything. */
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
 * The scopes that a key can have. None of them allows to create users, keys or webhooks: a leaked
 * key must not outlive its revocation.
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

/** Reads everything that names no recipient: dispatches, operators, tags, counts. */
const reading: readonly Right[] = ["read", "metrics"];
/** `account` is for one's own password and sessions. Programs have neither. */
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
 * An answer to a change shows what was changed, so every scope except `metrics` includes reading.
 * Reading recipients and writing to them are scopes of their own.
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

/** The rights of all these scopes together. A scope that no longer exists gives none. */
export function rightsOfScopes(given: readonly string[]): ReadonlySet<Right> {
  return new Set(scopes.filter((scope) => given.includes(scope)).flatMap((scope) => scopeRights[scope]));
}
