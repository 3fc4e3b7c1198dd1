import { expect, type Page, test } from "@playwright/test";
import { address, call, tomorrow } from "./support/api";
import { choose, open, reload } from "./support/page";
import { few, patient } from "./support/people";

const isPreview = /\/dispatches\/preview\//;
const isCreate = (url: URL) => url.pathname === "/api/v1/dispatches/";
const count = (page: Page) => page.getByRole("group", { name: "Audience" }).locator("strong");
const review = (page: Page) => page.getByRole("button", { name: "Review and schedule" }).click();

async function fill(page: Page, message: string) {
  await open(page, address("/dispatches/new"));
  await page.getByLabel("Message").fill(message);
  await choose(page, "Tag", patient.tag);
  await expect(count(page)).toHaveText("300 recipients");
}

const made = async (message: string) =>
  (await (await call("GET", `/api/v1/dispatches/?q=${encodeURIComponent(message)}`)).json()).items;

test("the count that is confirmed is the count of what will be sent, however slow the preview", async ({
  page,
}) => {
  await fill(page, `Stale ${Date.now()}`);
  let answer = () => {};
  const isAsked = new Promise<void>((done) => {
    answer = done;
  });
  await page.route(isPreview, async (route) => {
    await isAsked;
    await route.continue();
  });
  await choose(page, "Tag", few.tag);
  await review(page);
  answer();
  await expect(page.getByRole("alertdialog").getByRole("heading")).toHaveText(/ 4 recipients/);
});

test("an answer that comes while one presses a button does not move it away", async ({ page }) => {
  const message = `Pressed ${Date.now()}`;
  // Here the button stands below the forecast.
  await page.setViewportSize({ width: 390, height: 844 });
  await fill(page, message);
  const warning = "A warning of some length, which makes the forecast higher. ".repeat(4).trim();
  let answer = () => {};
  const isPressed = new Promise<void>((done) => {
    answer = done;
  });
  await page.route(isPreview, async (route) => {
    await isPressed;
    const response = await route.fetch();
    const warnings = [{ code: "test", detail: warning, pointer: null }];
    await route.fulfill({ response, json: { ...(await response.json()), warnings } });
  });
  const asked = page.waitForRequest(isPreview);
  await page.getByLabel("Message").fill(`${message}!`);
  await asked;
  await page.getByRole("button", { name: "Review and schedule" }).hover();
  await page.mouse.down();
  const answered = page.waitForResponse(isPreview);
  answer();
  await (await answered).finished();
  // It is drawn within some frames, if it is to be.
  for (let i = 0; i < 20; i++)
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => done(undefined))));
  await page.mouse.up();
  await expect(page.getByRole("alertdialog")).toBeVisible();
  await page.getByRole("button", { name: "Back" }).click();
  await expect(page.getByText(warning)).toBeVisible();
});

test("without a count nothing can be confirmed; when the server answers again it can", async ({ page }) => {
  await fill(page, `Uncounted ${Date.now()}`);
  await page.route(isPreview, (route) =>
    route.fulfill({
      status: 500,
      contentType: "application/problem+json",
      body: '{"status":500,"detail":"Failed."}',
    }),
  );
  await choose(page, "Tag", few.tag);
  await review(page);
  await expect(page.getByText("Couldn't count the recipients.")).toBeVisible();
  await expect(page.getByText("The server returned an error.")).toBeVisible();
  await expect(page.getByRole("alertdialog")).toHaveCount(0);
  await page.unroute(isPreview);
  await expect(count(page)).toHaveText("4 recipients");
  await expect(page.getByText("The server returned an error.")).toBeHidden();
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
  await expect(page.getByText("What you typed is still here")).toBeVisible();
  await review(page);
  await page.getByRole("alertdialog").getByRole("button", { name: "Schedule" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(message);
  const items = await made(message);
  expect(items).toHaveLength(1);
  await call("POST", `/api/v1/dispatches/${items[0].id}/cancel/`);
});

test("a reload after a lost answer makes no second dispatch, not even of one that starts now", async ({
  page,
}) => {
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
  await expect(page.getByText("What you typed is still here")).toBeVisible();
  await reload(page);
  await expect(page.getByLabel("Message")).toHaveValue(message);
  await expect(count(page)).toHaveText("300 recipients");
  await review(page);
  await page.getByRole("alertdialog").getByRole("button", { name: "Schedule" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(message);
  expect(keys).toEqual([expect.any(String), keys[0]]);
  const items = await made(message);
  expect(items).toHaveLength(1);
  await call("POST", `/api/v1/dispatches/${items[0].id}/cancel/`);
  // The next dispatch is another one: the attempt is forgotten together with its draft.
  expect(
    await page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith("carillon-"))),
  ).toEqual([]);
});

test("a draft that was changed after a lost answer does not become a second dispatch unnoticed", async ({
  page,
}) => {
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
  await expect(page.getByText("What you typed is still here")).toBeVisible();
  await page.getByLabel("Message").fill(`${message} changed`);
  await review(page);
  await page.getByRole("alertdialog").getByRole("button", { name: "Schedule" }).click();
  await expect(page.getByText("Carillon did schedule your earlier attempt")).toBeVisible();
  expect(await made(message)).toHaveLength(1);
});

test("a draft that cannot be read does not keep the form from opening", async ({ page }) => {
  await open(page, address("/dispatches/new"));
  await page.evaluate(() => localStorage.setItem("carillon-draft", "{"));
  await reload(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("New dispatch");
  await expect(count(page)).toBeVisible();
});

test("a call that fails is said on its screen, which keeps what it has and recovers by itself", async ({
  page,
}) => {
  const { id } = await (
    await call("POST", "/api/v1/dispatches/", tomorrow({ message_text: "Failing" }))
  ).json();
  const one = new RegExp(`dispatches/${id}/$`);
  await page.route(one, (route) =>
    route.fulfill({
      status: 500,
      contentType: "application/problem+json",
      body: '{"status":500,"detail":"Failed."}',
    }),
  );
  await open(page, address(`/dispatches/${id}`));
  await expect(page.getByText("The server returned an error.")).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Failing");
  await page.unroute(one);
  await expect(page.getByText("The server returned an error.")).toBeHidden();
});
