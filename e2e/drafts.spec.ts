import { expect, type Page, test } from "@playwright/test";
import { address, call } from "./support/api";
import { choose, expectAccessible, open, reload } from "./support/page";
import { few, patient } from "./support/people";

const isDraft = (url: URL) => /^\/api\/v1\/drafts\/[\w-]+\/$/.test(url.pathname);
const isCreate = (url: URL) => url.pathname === "/api/v1/dispatches/";
const message = (page: Page) => page.getByLabel("Message");
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const dialog = (page: Page) => page.getByRole("alertdialog");
const saved = (page: Page) => expect(page.getByText("Saved for the team")).toBeVisible();
const draftId = (page: Page) => new URL(page.url()).searchParams.get("draft")!;
const read = async (id: string) => (await call("GET", `/api/v1/drafts/${id}/`)).json();
const textOf = async (id: string) => (await read(id)).content.message_text;
const made = async (text: string) =>
  (await (await call("GET", `/api/v1/dispatches/?q=${encodeURIComponent(text)}`)).json()).items;

async function newDraft(page: Page, text: string): Promise<string> {
  await open(page, address("/dispatches/new"));
  await message(page).fill(text);
  await choose(page, "Tag", few.tag);
  // The forecast may change its height, and so move the button while it is pressed.
  await expect(page.getByText("4 recipients", { exact: true })).toBeVisible();
  await button(page, "Save as draft").click();
  await saved(page);
  await expect(page).toHaveURL(/draft=/);
  return draftId(page);
}

async function schedule(page: Page) {
  await button(page, "Review and schedule").click();
  await dialog(page).getByRole("button", { name: "Schedule" }).click();
}

/** The server knows of a dispatch like it: that is said, and ticked. */
async function scheduleAgain(page: Page) {
  await button(page, "Review and schedule").click();
  await dialog(page).getByRole("checkbox").check();
  await dialog(page).getByRole("button", { name: "Schedule" }).click();
}

test("a draft loses no letter: not to a slow server, not to none, not to a reload, and not to a colleague", async ({
  page,
}) => {
  const text = `Draft ${Date.now()}`;
  const id = await newDraft(page, text);
  // What was in this browser alone is the team's now; a new form is empty.
  expect(await page.evaluate(() => localStorage.getItem("carillon-draft"))).toBeNull();

  let slow = true;
  await page.route(isDraft, async (route) => {
    if (slow && route.request().method() === "PATCH") await new Promise((done) => setTimeout(done, 500));
    await route.continue();
  });
  await message(page).fill("");
  await message(page).pressSequentially(`${text} typed while it is saved`, { delay: 60 });
  await expect(message(page)).toHaveValue(`${text} typed while it is saved`);
  await expect.poll(() => textOf(id)).toBe(`${text} typed while it is saved`);
  await saved(page);
  slow = false;
  await page.unroute(isDraft);

  await page.route(isDraft, (route) => route.abort());
  await page.getByLabel("Name (optional)").fill("Spring sale");
  await message(page).fill(`${text} offline`);
  await expect(page.getByText("What you typed stays in this browser")).toBeVisible();
  await page.unroute(isDraft);
  await page.route(isDraft, (route) =>
    route.request().method() === "PATCH" ? route.abort() : route.continue(),
  );
  await reload(page);
  await expect(message(page)).toHaveValue(`${text} offline`);
  expect(await textOf(id)).toBe(`${text} typed while it is saved`);
  await page.unroute(isDraft);
  await expect
    .poll(() => read(id))
    .toMatchObject({ name: "Spring sale", content: { message_text: `${text} offline` } });
  await saved(page);

  // A colleague chooses another tag; whoever is second is told, and neither's work is lost.
  const theirs = await read(id);
  const { items: tags } = await (await call("GET", "/api/v1/tags/?limit=200")).json();
  const tag = tags.find(({ name }: { name: string }) => name === patient.tag).id;
  const content = { ...theirs.content, filter_tag: tag, later_field: "of a later version" };
  await call("PATCH", `/api/v1/drafts/${id}/`, { content }, { "if-match": `"${theirs.version}"` });
  await message(page).fill(`${text} mine`);
  await expect(page.getByText("Somebody saved this draft after you opened it")).toBeVisible();
  expect(await textOf(id)).toBe(`${text} offline`);
  await button(page, "Load the newer version").click();
  await expect(message(page)).toHaveValue(`${text} mine`);
  await expect(page.getByRole("group", { name: "Audience" }).locator("strong")).toHaveText("300 recipients");
  await expect
    .poll(() => read(id))
    .toMatchObject({
      content: { message_text: `${text} mine`, filter_tag: tag, later_field: "of a later version" },
    });
  await expectAccessible(page);

  await open(page, address("/dispatches?view=drafts"));
  await page.getByRole("link", { name: "Spring sale" }).click();
  await expect(message(page)).toHaveValue(`${text} mine`);

  await open(page, address("/dispatches?view=drafts"));
  await expectAccessible(page);
  await page.getByRole("button", { name: "Delete Spring sale" }).click();
  await dialog(page).getByRole("button", { name: "Cancel" }).click();
  expect(await textOf(id)).toBe(`${text} mine`);
  await page.getByRole("button", { name: "Delete Spring sale" }).click();
  await dialog(page).getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("link", { name: "Spring sale" })).toHaveCount(0);
  expect((await read(id)).status).toBe(404);
});

test("a draft is scheduled once: a lost answer, a reload and a colleague with the same draft make no second dispatch", async ({
  page,
  context,
}) => {
  const text = `Scheduled ${Date.now()}`;
  const id = await newDraft(page, text);
  const colleague = await context.newPage();
  await open(colleague, page.url());
  await expect(message(colleague)).toHaveValue(text);
  let isFirst = true;
  await page.route(isCreate, async (route) => {
    if (!isFirst) return route.continue();
    isFirst = false;
    await route.fetch();
    await route.abort();
  });
  await schedule(page);
  await expect(page.getByText("What you typed is still here")).toBeVisible();
  expect((await read(id)).status).toBe(404);

  await colleague.bringToFront();
  await colleague.route(/\/dispatches\/$/, (route) =>
    // Another browser has no part in the attempt of the first.
    route.continue({ headers: { ...route.request().headers(), "idempotency-key": `other-${id}` } }),
  );
  await scheduleAgain(colleague);
  await expect(colleague.getByText("This draft was scheduled or deleted").first()).toBeVisible();
  await expect(message(colleague)).toHaveValue(text);
  await colleague.close();

  await page.bringToFront();
  await reload(page);
  await expect(page.getByText("This draft is gone")).toBeVisible();
  expect(await made(text)).toHaveLength(1);
});

test("a draft whose dispatch was made though no answer came leads to that dispatch when it is scheduled again", async ({
  page,
}) => {
  const text = `Again ${Date.now()}`;
  await newDraft(page, text);
  let isFirst = true;
  await page.route(isCreate, async (route) => {
    if (!isFirst) return route.continue();
    isFirst = false;
    await route.fetch();
    await route.abort();
  });
  await schedule(page);
  await expect(page.getByText("What you typed is still here")).toBeVisible();
  await schedule(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(text);
  expect(await made(text)).toHaveLength(1);
  expect(
    await page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith("carillon-"))),
  ).toEqual([]);
});

test("a form that may have been sent already becomes a draft that is not sent a second time", async ({
  page,
}) => {
  const text = `Moved ${Date.now()}`;
  await open(page, address("/dispatches/new"));
  await message(page).fill(text);
  await choose(page, "Tag", few.tag);
  let isFirst = true;
  await page.route(isCreate, async (route) => {
    if (!isFirst) return route.continue();
    isFirst = false;
    await route.fetch();
    await route.abort();
  });
  await schedule(page);
  await expect(page.getByText("What you typed is still here")).toBeVisible();
  await button(page, "Save as draft").click();
  await saved(page);
  const id = draftId(page);
  await scheduleAgain(page);
  await expect(page.getByText("This draft was scheduled or deleted").first()).toBeVisible();
  expect(await made(text)).toHaveLength(1);
  await call("DELETE", `/api/v1/drafts/${id}/`);
});

test("a template is saved from a form, named once, found, begun from and changed", async ({ page }) => {
  const name = `Delivery ${Date.now()}`;
  await open(page, address("/dispatches/new"));
  await message(page).fill("Your order is on its way.");
  await choose(page, "Tag", few.tag);
  for (const typed of [name, name.toUpperCase()]) {
    await button(page, "Save as template").click();
    await dialog(page).getByLabel("Template name").fill(typed);
    await page.keyboard.press("Enter");
    await expect(page.getByText(typed === name ? "Template saved" : "already exists")).toBeVisible();
    if (typed === name) await expect(button(page, "Save as template")).toBeFocused();
  }
  await expectAccessible(page, "[role=alertdialog]");
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toHaveCount(0);
  await message(page).fill("Something else");
  await button(page, "Start from a template").click();
  await dialog(page).getByRole("searchbox").fill(name);
  await dialog(page)
    .getByRole("button", { name: new RegExp(name) })
    .click();
  await expect(message(page)).toHaveValue("Your order is on its way.");

  await open(page, address(`/dispatches?view=templates&q=${encodeURIComponent(name)}`));
  await page.getByRole("button", { name: `Edit ${name}` }).click();
  await dialog(page).getByLabel("Message").fill("Your order is at the door.");
  await dialog(page).getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Your order is at the door.")).toBeVisible();
  await page.getByRole("link", { name }).click();
  await expect(message(page)).toHaveValue("Your order is at the door.");
  await expect(page.getByRole("group", { name: "Audience" }).locator("strong")).toHaveText("4 recipients");
});
