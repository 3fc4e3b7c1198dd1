import { expect, type Page, test } from "@playwright/test";
import { address, call, tomorrow } from "./api";

const isPreview = /\/dispatches\/preview\//;
const isCreate = (url: URL) => url.pathname === "/api/v1/dispatches/";
const count = (page: Page) => page.getByRole("group", { name: "Who gets it" }).locator("strong");
const review = (page: Page) => page.getByRole("button", { name: "Review and schedule" }).click();

async function choose(page: Page, label: string, option: string) {
  await page.getByRole("button", { name: new RegExp(label) }).click();
  await page.getByRole("option", { name: new RegExp(option) }).click();
}

async function fill(page: Page, message: string) {
  await page.goto(address("/dispatches/new"));
  await expect(count(page)).toBeVisible();
  await page.getByLabel("Message").fill(message);
  await choose(page, "Tag", "VIP");
  await expect(count(page)).toHaveText(/6,6\d\d/);
}

const made = async (message: string) => (await (await call("GET", `/api/v1/dispatches/?q=${encodeURIComponent(message)}`)).json()).items;

test("the count that is confirmed is the count of what will be sent, however slow the preview", async ({ page }) => {
  await fill(page, `Stale ${Date.now()}`);
  await page.route(isPreview, async (route) => {
    await new Promise((done) => setTimeout(done, 1_500));
    await route.continue();
  });
  await choose(page, "Tag", "Сотрудники");
  await review(page);
  await expect(page.getByRole("alertdialog").getByRole("heading")).toHaveText(/2,8\d\d recipients/);
});

test("without a count nothing can be confirmed; when the server answers again it can", async ({ page }) => {
  await fill(page, `Uncounted ${Date.now()}`);
  await page.route(isPreview, (route) =>
    route.fulfill({ status: 500, contentType: "application/problem+json", body: '{"status":500,"detail":"Failed."}' }),
  );
  await choose(page, "Tag", "Сотрудники");
  await review(page);
  await expect(page.getByText("It could not be counted who gets it.")).toBeVisible();
  await expect(page.getByText("The server answers with an error.")).toBeVisible();
  await expect(page.getByRole("alertdialog")).toHaveCount(0);
  await page.unroute(isPreview);
  await expect(count(page)).toHaveText(/2,8\d\d/);
  await expect(page.getByText("The server answers with an error.")).toBeHidden();
});

test("a lost answer to what starts now is repeated, and makes one dispatch", async ({ page }) => {
  const message = `Lost ${Date.now()}`;
  await fill(page, message);
  await page.getByRole("button", { name: "Start now" }).click();
  let isFirst = true;
  await page.route(isCreate, async (route) => {
    if (!isFirst) return route.continue();
    isFirst = false;
    await route.fetch();
    await route.abort();
  });
  await review(page);
  await page.getByRole("alertdialog").getByRole("button", { name: "Schedule" }).click();
  await expect(page.getByText("Nothing you typed is lost")).toBeVisible();
  await review(page);
  await page.getByRole("alertdialog").getByRole("button", { name: "Schedule" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(message);
  const items = await made(message);
  expect(items).toHaveLength(1);
  await call("POST", `/api/v1/dispatches/${items[0].id}/cancel/`);
});

test("a reload after a lost answer makes no second dispatch, not even of one that starts now", async ({ page }) => {
  const message = `Reloaded ${Date.now()}`;
  await fill(page, message);
  await page.getByRole("button", { name: "Start now" }).click();
  const keys: (string | undefined)[] = [];
  await page.route(isCreate, async (route) => {
    keys.push(route.request().headers()["idempotency-key"]);
    if (keys.length > 1) return route.continue();
    await route.fetch();
    await route.abort();
  });
  await review(page);
  await page.getByRole("alertdialog").getByRole("button", { name: "Schedule" }).click();
  await expect(page.getByText("Nothing you typed is lost")).toBeVisible();
  await page.reload();
  await expect(page.getByLabel("Message")).toHaveValue(message);
  await expect(count(page)).toHaveText(/6,6\d\d/);
  await review(page);
  await page.getByRole("alertdialog").getByRole("button", { name: "Schedule" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(message);
  expect(keys).toEqual([expect.any(String), keys[0]]);
  const items = await made(message);
  expect(items).toHaveLength(1);
  await call("POST", `/api/v1/dispatches/${items[0].id}/cancel/`);
  // The next dispatch is another one: the attempt is forgotten together with its draft.
  expect(await page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith("carillon-")))).toEqual([]);
});

test("a draft that was changed after a lost answer does not become a second dispatch unnoticed", async ({ page }) => {
  const message = `Edited ${Date.now()}`;
  await fill(page, message);
  let isFirst = true;
  await page.route(isCreate, async (route) => {
    if (!isFirst) return route.continue();
    isFirst = false;
    await route.fetch();
    await route.abort();
  });
  await review(page);
  await page.getByRole("alertdialog").getByRole("button", { name: "Schedule" }).click();
  await expect(page.getByText("Nothing you typed is lost")).toBeVisible();
  await page.getByLabel("Message").fill(`${message} changed`);
  await review(page);
  await page.getByRole("alertdialog").getByRole("button", { name: "Schedule" }).click();
  await expect(page.getByText("An earlier attempt of yours was scheduled after all")).toBeVisible();
  expect(await made(message)).toHaveLength(1);
});

test("a draft that cannot be read does not keep the form from opening", async ({ page }) => {
  await page.goto(address("/dispatches/new"));
  await page.evaluate(() => localStorage.setItem("carillon-draft", "{"));
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("New dispatch");
  await expect(count(page)).toBeVisible();
});

test("a call that fails is said on its screen, which keeps what it has and recovers by itself", async ({ page }) => {
  const { id } = await (await call("POST", "/api/v1/dispatches/", tomorrow({ message_text: "Failing" }))).json();
  const one = new RegExp(`dispatches/${id}/$`);
  await page.route(one, (route) =>
    route.fulfill({ status: 500, contentType: "application/problem+json", body: '{"status":500,"detail":"Failed."}' }),
  );
  await page.goto(address(`/dispatches/${id}`));
  await expect(page.getByText("The server answers with an error.")).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Failing");
  await page.unroute(one);
  await expect(page.getByText("The server answers with an error.")).toBeHidden();
});
