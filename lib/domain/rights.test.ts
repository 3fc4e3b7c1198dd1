import { expect, test } from "vitest";
import { type Right, type Role, rights, rightsOfRole, rightsOfScopes, type Scope, scopes } from "./rights";

test.each<[Role, Right[]]>([
  ["viewer", ["read", "metrics", "audience:read", "account"]],
  [
    "marketer",
    [
      "read",
      "metrics",
      "audience:read",
      "account",
      "audience:export",
      "audience:write",
      "dispatches:write",
      "sending:stop",
    ],
  ],
  ["admin", [...rights]],
])("a %s may do exactly this: %j", (role, may) => {
  expect([...rightsOfRole(role)].sort()).toEqual([...may].sort());
});

test.each<[Scope, Right[]]>([
  ["read", ["read", "metrics"]],
  ["metrics", ["metrics"]],
  ["audience:read", ["read", "metrics", "audience:read"]],
  ["audience:export", ["read", "metrics", "audience:read", "audience:export"]],
  ["audience:write", ["read", "metrics", "audience:read", "audience:write"]],
  ["dispatches:write", ["read", "metrics", "dispatches:write"]],
  ["sending:stop", ["read", "metrics", "sending:stop"]],
  ["operators:write", ["read", "metrics", "operators:write"]],
  ["quiet_hours:ignore", ["read", "metrics", "quiet_hours:ignore"]],
])("the scope %s lets a key do exactly this: %j", (scope, may) => {
  expect([...rightsOfScopes([scope])].sort()).toEqual([...may].sort());
});

test("no scope but its own lets a key export or ignore quiet hours, and a viewer cannot", () => {
  for (const own of ["audience:export", "quiet_hours:ignore"] as const)
    expect(rightsOfScopes(scopes.filter((scope) => scope !== own)).has(own)).toBe(false);
  expect(rightsOfRole("viewer").has("audience:export")).toBe(false);
  expect(rightsOfRole("marketer").has("audience:erase")).toBe(false);
});

test("no scopes together let a key make users or keys, read the audit log, or end an emergency stop", () => {
  const may = rightsOfScopes(scopes);
  for (const right of [
    "users:manage",
    "keys:manage",
    "webhooks:manage",
    "audit:read",
    "sending:resume",
    "account",
  ] as const)
    expect(may.has(right)).toBe(false);
});

test("a scope that nobody knows gives nothing", () => {
  expect(rightsOfScopes(["admin", "users:manage", "constructor"]).size).toBe(0);
});
