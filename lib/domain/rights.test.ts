import { expect, test } from "vitest";
import { type Right, type Role, rights, rightsOfRole, rightsOfScopes, type Scope, scopes } from "./rights";

test.each<[Role, Right[]]>([
  ["viewer", ["read"]],
  ["marketer", ["read", "dispatches:write", "audience:write", "sending:stop"]],
  ["admin", [...rights]],
])("a %s may do exactly this: %j", (role, may) => {
  expect([...rightsOfRole(role)].sort()).toEqual([...may].sort());
});

test.each<[Scope, Right[]]>([
  ["read", ["read"]],
  ["dispatches:write", ["read", "dispatches:write"]],
  ["audience:write", ["read", "audience:write"]],
  ["sending:stop", ["read", "sending:stop"]],
  ["operators:write", ["read", "operators:write"]],
])("the scope %s lets a key do exactly this: %j", (scope, may) => {
  expect([...rightsOfScopes([scope])].sort()).toEqual([...may].sort());
});

test("no scopes together let a key make users or keys, read the audit log, or end an emergency stop", () => {
  const may = rightsOfScopes(scopes);
  for (const right of ["users:manage", "keys:manage", "webhooks:manage", "audit:read", "sending:resume"] as const)
    expect(may.has(right)).toBe(false);
});

test("a scope that nobody knows gives nothing", () => {
  expect(rightsOfScopes(["admin", "users:manage", "constructor"]).size).toBe(0);
});
