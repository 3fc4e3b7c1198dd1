import { type Browser, type Cookie, expect, type Page, test } from "@playwright/test";
import { expectAccessible, expectNoSidewaysScrolling, open } from "./support/page";
import { type Running, startCarillon } from "./support/start-carillon";

/**
 * A Carillon of these tests' own, with sign-in. They follow one another: the first administrator
 * comes in once.
 */
test.describe.configure({ mode: "serial" });

let carillon: Running;
let password = "a bell in the tower";
const at = (path: string) => `${carillon.url}${path}`;
const admin = "anna@example.com";

/**
 * The administrator's session. To sign in again would cost a page and a hash, which are made to
 * cost much.
 */
let session: Cookie[] = [];

/** Opens a page as the administrator who has come in. */
async function openAsAnna(page: Page, path: string) {
  await page.context().addCookies(session);
  await open(page, at(path));
}

/** Signs in without the form, which sign-in.spec.ts tests. */
async function signIn(page: Page, email: string, secret: string) {
  expect(
    (await page.request.post(at("/api/auth/sign-in/email"), { data: { email, password: secret } })).status(),
  ).toBe(204);
}
async function otherDevice(browser: Browser, email: string, secret: string): Promise<Page> {
  const page = await (
    await browser.newContext({
      userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1",
    })
  ).newPage();
  await signIn(page, email, secret);
  return page;
}
const isSignedIn = async (page: Page) => (await page.request.get(at("/api/v1/overview/"))).status() === 200;

test.beforeAll(async () => {
  test.setTimeout(9 * 60_000);
  carillon = await startCarillon({ AUTH: "required", HOST: "127.0.0.1" });
});
test.afterAll(async () => {
  test.setTimeout(120_000);
  await carillon?.stop();
});

test("a common password does not let the first administrator in, and another by the same link does", async ({
  page,
}) => {
  await page.goto(carillon.lines.join("\n").match(/http\S+\/setup#token=\S+/)![0]);
  await page.getByLabel("Name").fill("Anna Bell");
  await page.getByLabel("E-mail").fill(admin);
  await page.getByLabel("Password").fill("Password2027!");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByText("This password is easy to guess")).toBeVisible();
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL(at("/"));
  session = await page.context().cookies();
});

test("one finds one's account by the name, sees where one is signed in, and ends a session by the keyboard", async ({
  page,
  browser,
}) => {
  await openAsAnna(page, "/");
  const phone = await otherDevice(browser, admin, password);
  await page.getByRole("link", { name: "My account: Anna Bell" }).filter({ visible: true }).click();
  await expect(page.getByRole("heading", { name: "My account", level: 1 })).toBeVisible();
  await expect(page.getByText("This device")).toHaveCount(1);
  await expectAccessible(page);
  await page.setViewportSize({ width: 320, height: 860 });
  await expectNoSidewaysScrolling(page);
  await page.setViewportSize({ width: 1280, height: 720 });
  const end = page.getByRole("button", { name: "End the session: Safari, iOS" });
  await end.focus();
  await page.keyboard.press("Enter");
  await expect(end).toHaveCount(0);
  await expect(page.getByRole("heading", { name: "Where you are signed in" })).toBeFocused();
  expect(await isSignedIn(phone)).toBe(false);
  expect(await isSignedIn(page)).toBe(true);
  await phone.context().close();
});

test("the password is changed by whoever knows it; what is wrong is said at its field, and other devices are signed out", async ({
  page,
  browser,
}) => {
  await openAsAnna(page, "/account");
  const phone = await otherDevice(browser, admin, password);
  const change = async (current: string, next: string) => {
    await page.getByLabel("Current password").fill(current);
    await page.getByLabel("New password").fill(next);
    await page.keyboard.press("Enter");
  };
  await change("a guess at the tower", "another bell in the tower");
  await expect(page.getByText("This is not your current password.")).toBeVisible();
  await expect(page.getByLabel("Current password")).toBeFocused();
  await change(password, "1234567890");
  await expect(page.getByText("This password is easy to guess")).toBeVisible();
  await expect(page.getByLabel("New password")).toBeFocused();
  await expectAccessible(page);
  expect(await isSignedIn(phone)).toBe(true);
  await change(password, "another bell in the tower");
  await expect(page.getByText("The password is changed.")).toBeVisible();
  password = "another bell in the tower";
  session = await page.context().cookies();
  expect(await isSignedIn(phone)).toBe(false);
  expect(await isSignedIn(page)).toBe(true);
  await phone.context().close();
});

test("the audit log shows who signed in and who was refused, from where and by which request", async ({
  page,
}) => {
  const refused = await page.request.post(at("/api/auth/sign-in/email"), {
    data: { email: admin, password: "a guess" },
  });
  expect(refused.status()).toBe(401);
  await openAsAnna(page, "/settings/audit");
  const row = page.getByRole("row").filter({ hasText: "Sign-in refused" }).first();
  await expect(row).toContainText("127.0.0.1");
  await expect(row).toContainText(refused.headers()["x-request-id"]!);
  await expect(page.getByRole("row").filter({ hasText: "Password changed" })).toContainText(admin);
  // When the first administrator's link expires: a time of the reader's, not of the row's.
  const link = page.getByRole("row").filter({ hasText: "One-time link created" });
  await expect(link.getByRole("time").last()).toHaveText(/^\d{1,2} \w{3}(t)?( \d{4})?, \d\d:\d\d$/);
  expect(await link.textContent()).not.toMatch(/\d{4}-\d\d-\d\dT/);
  await expectAccessible(page);
  await page.getByLabel("Address").fill("192.0.2.55");
  await page.getByRole("button", { name: "Find" }).click();
  await expect(page.getByText("No entries match.")).toBeVisible();
});

test("a viewer sees recipients and cannot export them; a key exports by a scope of its own", async ({
  page,
  browser,
}) => {
  await openAsAnna(page, "/audience");
  await expect(page.getByRole("button", { name: "Export" })).toBeVisible();
  const made = await page.request.post(at("/api/v1/invitations/"), {
    data: { role: "viewer", email: "vera@example.com" },
    headers: { origin: carillon.url },
  });
  const invitation = await made.json();
  const guest = await (await browser.newContext()).newPage();
  await guest.request.post(at("/api/v1/invitations/accept/"), {
    data: {
      token: invitation.path.split("#token=")[1],
      name: "Vera",
      email: "vera@example.com",
      password: "the quiet bell of Vera",
    },
  });
  await signIn(guest, "vera@example.com", "the quiet bell of Vera");
  await guest.goto(at("/audience"));
  await expect(guest.getByRole("table")).toBeVisible();
  await expect(guest.getByRole("button", { name: "Export" })).toHaveCount(0);
  expect((await guest.request.get(at("/api/v1/recipients/export/"))).status()).toBe(403);

  const keyOf = async (scopes: string[]) => {
    const answer = await page.request.post(at("/api/v1/api-keys/"), {
      data: { name: "shop", scopes },
      headers: { origin: carillon.url },
    });
    return { authorization: `Bearer ${(await answer.json()).key}` };
  };
  const figures = await keyOf(["metrics"]);
  const statusOf = async (path: string, headers: Record<string, string>) =>
    (await fetch(at(path), { headers: { ...headers, "x-forwarded-for": "203.0.113.7" } })).status;
  expect(await statusOf("/metrics", figures)).toBe(200);
  expect(await statusOf("/api/v1/recipients/", figures)).toBe(403);
  expect(await statusOf("/api/v1/dispatches/", figures)).toBe(403);
  const reader = await keyOf(["audience:read"]);
  expect(await statusOf("/api/v1/recipients/", reader)).toBe(200);
  expect(await statusOf("/api/v1/recipients/export/", reader)).toBe(403);
  expect(await statusOf("/api/v1/recipients/export/", await keyOf(["audience:export"]))).toBe(200);
  await guest.context().close();
});
