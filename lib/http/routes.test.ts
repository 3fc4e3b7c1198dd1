import { expect, test, vi } from "vitest";
import { log } from "@/lib/log";
import { anonymousActor, type Context } from "@/lib/services/context";
import { createRoutes } from "./routes";

test("no line about a request has the phone of its address, whether it is answered or fails", async () => {
  const lines: unknown[] = [];
  for (const level of ["debug", "error"] as const)
    vi.spyOn(log, level).mockImplementation((line: unknown) => void lines.push(line));
  const ctx = { actor: anonymousActor(true, null) } as Context;
  const handlers = {
    get: () => new Response(),
    fail: () => Promise.reject(new Error("the database is away")),
  };
  const routes = createRoutes({ of: async () => ctx, anonymous: () => ctx, count: async () => null })({
    GET: handlers.get,
    DELETE: handlers.fail,
  });
  // A spelling that no mask of whole lines knows.
  const url = "http://localhost/api/v1/recipients/8%20(916)%20123-45-67/";
  const ask = (method: "GET" | "DELETE") =>
    routes[method](new Request(url, { method }), { params: Promise.resolve({}) });
  expect([(await ask("GET")).status, (await ask("DELETE")).status]).toEqual([200, 500]);
  expect(lines.map((line) => (line as { path: string }).path)).toEqual(
    Array(3).fill("/api/v1/recipients/…/"),
  );
});
