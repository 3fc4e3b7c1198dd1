import { expect, test, vi } from "vitest";
import { ConflictError, DomainError, UnauthenticatedError } from "./errors";

test("An error is recognised by another copy of its class, as pages and routes have one each, and by no other class", async () => {
  vi.resetModules();
  const copy = await import("./errors");
  expect(copy.UnauthenticatedError).not.toBe(UnauthenticatedError);
  const error = new copy.UnauthenticatedError("wrong_password");
  expect(error).toBeInstanceOf(UnauthenticatedError);
  expect(error).toBeInstanceOf(DomainError);
  expect(error instanceof ConflictError).toBe(false);
  for (const other of [new Error("wrong_password"), null, undefined, "unauthenticated"])
    expect(other instanceof DomainError).toBe(false);
});
