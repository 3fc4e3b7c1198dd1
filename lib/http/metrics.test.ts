import { expect, test } from "vitest";
import { routeOf } from "./metrics";

test.each([
  ["/api/v1/dispatches/", {}, "/api/v1/dispatches"],
  ["/api/v1/status", undefined, "/api/v1/status"],
  [
    "/api/v1/dispatches/3fa85f64-5717-4562-b3fc-2c963f66afa6/",
    { id: "3fa85f64-5717-4562-b3fc-2c963f66afa6" },
    "/api/v1/dispatches/:id",
  ],
  [
    "/api/v1/dispatches/x/messages/%2B79161234567",
    { id: "x", phone: "%2B79161234567" },
    "/api/v1/dispatches/:id/messages/:phone",
  ],
  ["/api/v2/anything/at/all", { path: ["v2", "anything", "at", "all"] }, "other"],
])("a request is counted under its route, never under an id: %s", (path, params, route) => {
  expect(routeOf(path, params)).toBe(route);
});
