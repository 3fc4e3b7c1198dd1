import { request } from "node:http";
import { expect, test } from "@playwright/test";
import { address, call } from "./support/api";

/** A request with a Host of one's own, which fetch does not allow. */
function callAs(host: string): Promise<number> {
  return new Promise((done, fail) => {
    const { hostname, port } = new URL(address("/"));
    request({ hostname, port, path: "/api/v1/dispatches/", headers: { host } }, (response) => {
      response.resume();
      done(response.statusCode!);
    })
      .on("error", fail)
      .end();
  });
}

test("without sign-in a foreign Host is refused: a name that resolves to this machine is not this machine", async () => {
  expect(await callAs("evil.example")).toBe(421);
  expect(await callAs("localhost")).toBe(200);
});

test("a page of another origin cannot change anything", async () => {
  const { items } = await (await call("GET", "/api/v1/dispatches/?limit=1")).json();
  const path = `/api/v1/dispatches/${items[0]?.id ?? "00000000-0000-4000-8000-000000000000"}/cancel/`;
  const response = await call("POST", path, undefined, { origin: "https://evil.example" });
  expect([response.status, (await response.json()).type]).toEqual([403, "/docs/errors/cross-origin"]);
});

test("every answer carries the security headers, and none says what it is made of", async () => {
  for (const path of ["/", "/dispatches", "/api/v1/dispatches/", "/api/v1/nothing/", "/healthz"]) {
    const { headers } = await call("GET", path);
    expect(headers.get("content-security-policy"), path).toMatch(
      /script-src 'self' 'nonce-[\w+/=]+' 'strict-dynamic'/,
    );
    expect(headers.get("x-content-type-options"), path).toBe("nosniff");
    expect(headers.get("x-frame-options"), path).toBe("DENY");
    expect(headers.get("x-powered-by"), path).toBeNull();
  }
});

test("nothing that is somebody's may be stored on the way or by the browser, and what has not changed is not sent again", async ({
  page,
}) => {
  const { paths } = (await (await call("GET", "/openapi.json")).json()) as {
    paths: Record<string, { get?: unknown }>;
  };
  const lists = Object.keys(paths).filter(
    (path) => paths[path]!.get && !path.includes("{") && path !== "/api/v1/status/",
  );
  expect(lists.length).toBeGreaterThan(10);
  const { items } = await (await call("GET", "/api/v1/dispatches/?limit=1")).json();
  const one = items[0]
    ? [`/api/v1/dispatches/${items[0].id}/`, `/api/v1/dispatches/${items[0].id}/messages/`]
    : [];
  for (const path of [
    ...lists,
    ...one,
    "/api/v1/sandbox/messages/?phone=%2B79161234567",
    "/",
    "/dispatches",
    "/audience",
  ]) {
    const { headers } = await call("GET", path);
    expect(headers.get("cache-control"), path).toContain("no-store");
  }
  // A page that polls holds the last answer itself. No other test makes what is looked for here.
  const isList = /\/api\/v1\/dispatches\/board\//;
  await page.goto(address("/dispatches?q=nothing-is-called-so"));
  await page.waitForResponse((response) => isList.test(response.url()) && response.status() === 304);
});

test("no source maps are served", async ({ page }) => {
  const scripts: string[] = [];
  page.on("response", (response) => response.url().endsWith(".js") && scripts.push(response.url()));
  await page.goto(address("/dispatches"));
  expect(scripts.length).toBeGreaterThan(3);
  for (const script of scripts.slice(0, 5)) expect((await fetch(`${script}.map`)).status).toBe(404);
});
