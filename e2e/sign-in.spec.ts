import { expect, type Page, test } from "@playwright/test";
import { tomorrow } from "./support/api";
import { choose, comeTo, expectAccessible, expectNoSidewaysScrolling, open, reload } from "./support/page";
import { type Running, startCarillon } from "./support/start-carillon";

/**
 * A Carillon of these tests' own, with sign-in. They follow one another: the first administrator
 * comes in once.
 */
test.describe.configure({ mode: "serial" });

let carillon: Running;
let key = "";
const password = "a bell in the tower";
const at = (path: string) => `${carillon.url}${path}`;
const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  fetch(at(path), {
    method,
    redirect: "manual",
    headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
const typeOf = async (response: Response) => [response.status, (await response.json()).type];
const unauthenticated = [401, "/docs/errors/unauthenticated"];

const email = "anna@example.com";

/** Opens a page as the administrator, without the form. */
async function openAsAnna(page: Page, path: string) {
  expect(
    (await page.request.post(at("/api/auth/sign-in/email"), { data: { email, password } })).status(),
  ).toBe(204);
  await open(page, at(path));
}

test.beforeAll(async () => {
  test.setTimeout(9 * 60_000);
  carillon = await startCarillon({
    ...{ AUTH: "required", HOST: "127.0.0.1", DEMO_DATA: "off" },
    SMS_GATEWAY_SENDERS: "Bell,Tower",
  });
});
test.afterAll(async () => {
  test.setTimeout(120_000);
  await carillon?.stop();
});

test("without credentials the API answers 401 and pages lead to the sign-in; what is public stays so", async ({
  page,
}) => {
  for (const [method, path] of [
    ["GET", "/api/v1/dispatches/"],
    ["POST", "/api/v1/dispatches/"],
    ["GET", "/api/v1/recipients/export/"],
    ["PUT", "/api/v1/sending/"],
    ["GET", "/api/v1/users/"],
  ] as const) {
    const response = await call(method, path, method === "GET" ? undefined : {});
    expect(response.headers.get("www-authenticate"), path).toBe("Bearer");
    expect(await typeOf(response), path).toEqual(unauthenticated);
  }
  for (const path of ["/healthz", "/readyz", "/status", "/api/v1/status/"])
    expect((await call("GET", path)).status, path).toBe(200);
  // A scraper on this machine needs no key; a proxy's request is not this machine's own.
  expect((await call("GET", "/metrics")).status).toBe(200);
  expect(
    (await call("GET", "/metrics", undefined, { "x-forwarded-for": "127.0.0.1", "x-client-local": "yes" }))
      .status,
  ).toBe(401);

  await page.goto(at("/audience?tab=tags"));
  await expect(page).toHaveURL(at("/sign-in?next=%2Faudience%3Ftab%3Dtags"));
});

test("a wrong password is refused in words, from the first request of a process on, and so is one too many", async ({
  page,
}) => {
  const refusal = (text: string) => page.getByRole("alert").filter({ hasText: text });
  const guess = async () => {
    await page.getByLabel("Password").fill("not this one");
    await page.getByRole("button", { name: "Sign in" }).click();
  };
  // Nobody has signed in yet: the process has loaded this route for nobody.
  await page.setViewportSize({ width: 320, height: 700 });
  await open(page, at("/sign-in"));
  await page.getByLabel("E-mail").fill("guesser@example.com");
  const [first] = await Promise.all([page.waitForResponse("**/api/auth/sign-in/email"), guess()]);
  expect(first.status()).toBe(401);
  await expect(refusal("wrong")).toBeVisible();
  const statuses: number[] = [];
  while (!statuses.includes(429) && statuses.length < 30) {
    const data = { email: "guesser@example.com", password: "not this one" };
    statuses.push((await page.request.post(at("/api/auth/sign-in/email"), { data })).status());
  }
  expect(new Set(statuses)).toEqual(new Set([401, 429]));
  await guess();
  await expect(refusal("Too many attempts to sign in.")).toBeVisible();
  await expectNoSidewaysScrolling(page);
  await page.setViewportSize({ width: 1280, height: 720 });
});

test("the first administrator comes in by the link that the start prints, once", async ({ page }) => {
  const link = carillon.lines.join("\n").match(/http\S+\/setup#token=\S+/)![0];
  const asked: string[] = [];
  page.on("request", (request) => asked.push([request.url(), ...Object.values(request.headers())].join(" ")));
  await open(page, link);
  await expect(page.getByLabel("Name")).toBeVisible();
  await expectAccessible(page);
  await expectNoSidewaysScrolling(page);
  await page.getByLabel("Name").fill("Anna Bell");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByText("Anna Bell").filter({ visible: true })).toBeVisible();
  await expect(page).toHaveURL(at("/"));
  // No address and no referrer that a server could write down had the key in it.
  expect(asked.length).toBeGreaterThan(5);
  expect(asked.filter((text) => text.includes(link.split("#token=")[1]!))).toEqual([]);
  const [cookie] = (await page.context().cookies()).filter(({ name }) => name.startsWith("carillon."));
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Lax" });

  await page.context().clearCookies();
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "This link does not work" })).toBeVisible();
});

test("one signs in, is led back to where one wanted to go, creates a dispatch, and signs out", async ({
  page,
}) => {
  await open(page, at("/audience?tab=tags"));
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.route("**/api/auth/sign-in/email", (route) => route.abort());
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("Can't reach the server. Try again.")).toBeVisible();
  await page.unroute("**/api/auth/sign-in/email");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(at("/audience?tab=tags"));
  const created = await page.evaluate(
    async (body) => {
      const response = await fetch("/api/v1/dispatches/", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
      return [response.status, await response.json()];
    },
    JSON.stringify(tomorrow({ message_text: "From Anna" })),
  );
  expect(created[0]).toBe(201);
  await open(page, at(`/dispatches/${created[1].id}`));
  await expect(page.getByText(email).first()).toBeVisible();
  await page.getByRole("button", { name: "Sign out" }).filter({ visible: true }).click();
  await expect(page).toHaveURL(at("/sign-in"));
  await page.goto(at("/dispatches"));
  await expect(page).toHaveURL(/\/sign-in\?next=/);
});

test("whoever signs out leaves nothing of theirs in the browser, in no tab", async ({ page }) => {
  await openAsAnna(page, "/dispatches/new");
  await page.getByLabel("Message").fill("Nobody else's business");
  const other = await page.context().newPage();
  await open(other, at("/dispatches/new"));
  await expect(other.getByLabel("Message")).toHaveValue("Nobody else's business");
  // What a form keeps in its tab alone, and the number of a test message.
  for (const tab of [page, other])
    await tab.evaluate(() => sessionStorage.setItem("carillon-attempt?like=1", "{}"));
  await page.evaluate(() => localStorage.setItem("carillon.test-phone", "+79161234567"));
  await comeTo(page);
  await page.getByRole("button", { name: "Sign out" }).filter({ visible: true }).click();
  await expect(page).toHaveURL(at("/sign-in"));
  await expect(other).toHaveURL(at("/sign-in"));
  for (const tab of [page, other])
    expect(
      await tab.evaluate(() =>
        [...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter((key) => /^carillon/.test(key)),
      ),
    ).toEqual([]);
  await openAsAnna(page, "/dispatches/new");
  await expect(page.getByLabel("Message")).toHaveValue("");
});

test("a wrong password says so, and an address to go on to cannot be another site's", async ({ page }) => {
  await open(page, at("/sign-in?next=//evil.example/"));
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill("not this one");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "wrong" })).toBeVisible();
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(at("/"));
});

test("a key is shown once; a program comes in with it, does what it may, and is refused once it is revoked", async ({
  page,
}) => {
  await openAsAnna(page, "/settings");
  await page.getByRole("button", { name: "New key" }).click();
  await page.getByLabel("What it is for").fill("billing");
  await page.getByLabel(/dispatches:write/).check();
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  key = await page.getByLabel("The key “billing”").inputValue();
  expect(key).toMatch(/^crl_/);
  await expectAccessible(page);
  await open(page, at("/settings"));
  await expect(page.getByRole("rowheader", { name: /billing/ })).toBeVisible();
  expect(await page.content()).not.toContain(key);
  // What only signed-in people have, an account and lists of keys and users, fits a phone too.
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoSidewaysScrolling(page);
  await page.setViewportSize({ width: 1280, height: 720 });

  const bearer = { authorization: `Bearer ${key}` };
  expect((await call("POST", "/api/v1/dispatches/", tomorrow(), bearer)).status).toBe(201);
  expect(
    (await call("GET", "/metrics", undefined, { ...bearer, "x-forwarded-for": "192.0.2.1" })).status,
  ).toBe(200);
  expect(await typeOf(await call("POST", "/api/v1/tags/", { name: "x" }, bearer))).toEqual([
    403,
    "/docs/errors/forbidden",
  ]);
  expect(await typeOf(await call("GET", "/api/v1/users/", undefined, bearer))).toEqual([
    403,
    "/docs/errors/forbidden",
  ]);
  expect(
    await typeOf(await call("GET", "/api/v1/dispatches/", undefined, { authorization: "Bearer crl_wrong" })),
  ).toEqual(unauthenticated);

  await page.getByRole("button", { name: "Revoke billing" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByText(/^Revoked/).filter({ visible: true })).toBeVisible();
  expect(await typeOf(await call("GET", "/api/v1/dispatches/", undefined, bearer))).toEqual(unauthenticated);
});

test("a session's cookie counts for our own pages alone", async ({ page }) => {
  await openAsAnna(page, "/");
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  const get = (headers: Record<string, string>) =>
    call("GET", "/api/v1/dispatches/", undefined, { cookie, ...headers });
  expect((await get({})).status).toBe(200);
  expect((await get({ "sec-fetch-site": "same-origin" })).status).toBe(200);
  expect((await get({ "sec-fetch-site": "cross-site" })).status).toBe(401);
  expect((await get({ origin: "https://evil.example" })).status).toBe(401);
  expect(
    (await call("POST", "/api/v1/dispatches/", tomorrow(), { cookie, origin: "https://evil.example" }))
      .status,
  ).toBe(403);
});

test("somebody invited as a viewer sees everything, is offered no action, and is refused one", async ({
  page,
  browser,
}) => {
  await openAsAnna(page, "/settings");
  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByLabel("E-mail").fill("victor@example.com");
  await page.getByLabel(/Viewer/).check();
  await page.getByRole("button", { name: "Create a link" }).click();
  const link = await page.getByLabel("The link").inputValue();

  const other = await (await browser.newContext({ locale: "en-GB" })).newPage();
  await open(other, link);
  await other.getByLabel("Name").fill("Victor");
  await expect(other.getByLabel("E-mail")).toHaveValue("victor@example.com");
  await other.getByLabel("Password").fill(password);
  await other.getByRole("button", { name: "Create account" }).click();
  await expect(other.getByText("Victor").filter({ visible: true }).first()).toBeVisible();
  await expect(other.getByRole("button", { name: "Stop everything" })).toHaveCount(0);
  await expect(other.getByRole("link", { name: "New dispatch" })).toHaveCount(0);
  await other.goto(at("/dispatches"));
  await expect(other.getByText("From Anna")).toBeVisible();
  await expect(other.getByRole("button", { name: "Cancel dispatch" })).toHaveCount(0);
  await other.goto(at("/dispatches/new"));
  await expect(other.getByRole("heading", { name: "You don't have access" })).toBeVisible();
  const status = await other.evaluate(
    async () =>
      (
        await fetch("/api/v1/tags/", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: '{"name":"x"}',
        })
      ).status,
  );
  expect(status).toBe(403);

  await page.reload();
  await page
    .getByRole("row", { name: /Victor/ })
    .getByRole("button", { name: "Disable" })
    .click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Disable" }).click();
  await expect(
    page.getByRole("row", { name: /Victor/ }).getByRole("button", { name: "Enable" }),
  ).toBeVisible();
  await other.goto(at("/dispatches"));
  await expect(other).toHaveURL(/\/sign-in/);
});

test("a link that still works is listed, and one that is withdrawn lets nobody in", async ({
  page,
  browser,
}) => {
  await openAsAnna(page, "/settings");
  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByLabel("E-mail").fill("anna@example.com");
  await page.getByRole("button", { name: "Create a link" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "already exists" })).toBeVisible();
  await page.getByLabel("E-mail").fill("mallory@example.com");
  await page.getByRole("button", { name: "Create a link" }).click();
  const link = await page.getByLabel("The link").inputValue();
  const links = page.getByRole("region", { name: "Active links" });
  await expect(links.getByText("mallory@example.com")).toBeVisible();
  await expectAccessible(page);
  await links.getByRole("button", { name: "Withdraw mallory@example.com’s link" }).click();
  await expect(links).toBeHidden();

  const other = await (await browser.newContext({ locale: "en-GB" })).newPage();
  await open(other, link);
  await expect(other.getByRole("heading", { name: "This link does not work" })).toBeVisible();
});

test("the emergency stop: one button, a reason, a banner on every screen and on the status page, and a way back", async ({
  page,
}) => {
  await openAsAnna(page, "/dispatches");
  await page.getByRole("button", { name: "Stop everything" }).first().click();
  await page.getByLabel(/Reason/).fill("wrong text");
  await page.getByRole("alertdialog").getByRole("button", { name: "Stop everything" }).click();
  const banner = page.getByRole("alert").filter({ hasText: "All sending is stopped" });
  await expect(banner).toContainText("wrong text");
  await expect(banner).toContainText(email);

  // Whoever is signed in sees the status inside the shell, with the reason and the way out.
  await open(page, at("/status"));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/^Sending: stopped since /);
  await expect(page.getByRole("button", { name: "Acknowledge" })).toHaveCount(0);
  await expect(banner).toContainText("wrong text");
  await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
  await expectAccessible(page);
  // Anybody else sees that sending is stopped, and nobody's words or names.
  for (const path of ["/status", "/api/v1/status/"]) {
    const told = await (await call("GET", path, undefined, { "accept-language": "en" })).text();
    expect(told, path).not.toContain("wrong text");
    expect(told, path).not.toContain(email);
    expect(told, path).toContain("Stopped by hand.");
  }
  await page.getByRole("button", { name: "Resume sending" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Resume sending" }).click();
  await expect(banner).toBeHidden();
});

test("whom a dispatch is from is chosen among the senders of its gateways, and kept with the draft", async ({
  page,
}) => {
  await openAsAnna(page, "/settings/senders");
  await expect(page.getByRole("main")).toContainText("Bell, Tower");
  await expectAccessible(page);
  await page.getByRole("link", { name: "New dispatch" }).first().click();
  await page.getByLabel("Message").fill("Who writes?");
  await choose(page, "Sender", "Tower");
  await page.getByRole("button", { name: "Save as draft", exact: true }).click();
  await expect(page.getByText("Saved for the team")).toBeVisible();
  await expect(page).toHaveURL(/draft=/);
  await page.evaluate(() => localStorage.clear());
  await reload(page);
  await expect(page.getByRole("button", { name: /Sender/ })).toContainText("Tower");
});

test("when the session ends while one writes, one signs in over the page and nothing typed is lost", async ({
  page,
}) => {
  await openAsAnna(page, "/dispatches/new");
  const text = page.getByLabel("Message");
  await text.fill("A long text that nobody wants to type twice");
  await page.context().clearCookies();
  const dialog = page.getByRole("dialog", { name: "Sign in again" });
  await expect(dialog).toBeVisible();
  await expect(dialog.getByLabel("E-mail")).toHaveValue(email);
  await dialog.getByLabel("Password").fill(password);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expect(dialog).toBeHidden();
  await expect(text).toHaveValue("A long text that nobody wants to type twice");
});
