import { expect, type Page, test } from "@playwright/test";
import { address, call, tomorrow } from "./support/api";
import { choose, expectFocusIn, open, reload } from "./support/page";
import { few } from "./support/people";

const text = (what: string) => `${what} ${Date.now()}`;

/** Fills the form for the people who carry a tag, to start at once. */
async function fill(page: Page, message: string, tag: string) {
  await open(page, address("/dispatches/new"));
  await page.getByLabel("Message").fill(message);
  await choose(page, "Tag", tag);
  await page.getByRole("button", { name: "Start now" }).click();
}

/** Of an operator of their own, so that no other test is sent to beside them. */
const people = 2_500;
const goldenFile = (tag: string) =>
  [
    "phone,tags,note",
    ...Array.from({ length: people }, (_, i) => `+7997${String(i).padStart(7, "0")},${tag},not for us`),
  ].join("\n");

test("the golden path: import a file, write, review, schedule, watch it run, pause, resume, completed, its messages", async ({
  page,
}) => {
  const message = text("Golden");
  // So slow that it cannot be over before it is paused.
  const [rate_per_second, price_per_segment] = [5, "2.3333"];
  const operator = {
    ...{ code: "golden", name: "Golden", prefixes: ["7997"], rate_per_second, price_per_segment },
  };
  const cost = /2,500 segments.*about ₽5,833.25/;
  const { id: operatorId } = await (await call("POST", "/api/v1/operators/", operator)).json();
  await open(page, address("/audience?tab=import"));
  await page
    .getByLabel("Choose a file")
    .last()
    .setInputFiles({ name: "golden.csv", mimeType: "text/csv", buffer: Buffer.from(goldenFile(message)) });
  await page.getByLabel("What the column “note” is").selectOption("Do not import");
  await page.getByRole("button", { name: "Import 2,500 people" }).click();
  // Once it is under way there is room for another file.
  await expect(page.getByText("or drop it here")).toBeVisible();
  const imported = page
    .getByRole("region", { name: "Imports" })
    .getByRole("listitem")
    .filter({ hasText: "2,500 rows" });
  await expect(imported).toContainText("Imported");
  await expect(imported.getByText("0 rejected", { exact: true })).toBeVisible();
  const { attributes } = await (await call("GET", "/api/v1/recipients/%2B79970000007/")).json();
  expect(attributes).not.toHaveProperty("note");

  await fill(page, message, message);
  await expect(page.getByText(/^2,500 recipients$/)).toBeVisible();
  await expect(page.getByRole("region", { name: "Forecast" })).toContainText(cost);
  await page.getByRole("button", { name: "Review and schedule" }).click();
  const dialog = page.getByRole("alertdialog");
  await expect(dialog).toContainText("2,500 recipients");
  await expect(dialog).toContainText(cost);
  await expect(dialog).toContainText(message);
  await dialog.getByRole("button", { name: "Schedule" }).click();

  await expect(page.getByRole("heading", { level: 1 })).toHaveText(message);
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(page.getByText("Paused", { exact: true }).first()).toBeVisible();
  await page.getByRole("button", { name: "Resume", exact: true }).click();
  await expect(page.getByText("Running", { exact: true }).first()).toBeVisible();
  await call("PATCH", `/api/v1/operators/${operatorId}/`, { rate_per_second: null });
  await expect(page.getByText("Completed", { exact: true }).first()).toBeVisible();
  await expect(page.getByText("of those sent were delivered")).toBeVisible();

  const messages = page.getByRole("region", { name: "Messages" }).first();
  await expect(messages.getByRole("listitem").first()).toContainText("+7997");
  const phone = (await messages.getByRole("listitem").first().textContent())!.slice(0, 12);
  await messages.getByLabel("Phone").fill(phone);
  await messages.getByRole("button", { name: "Check a number" }).click();
  await expect(messages).toContainText("1 attempt");

  const { progress } = await (
    await call("GET", `/api/v1/dispatches/${page.url().split("/").at(-1)}/`)
  ).json();
  const { accepted, audience, remaining, ...outcomes } = progress;
  const sum = Object.values(outcomes as Record<string, number>).reduce((a, b) => a + b, 0);
  expect([audience, remaining, sum]).toEqual([people, 0, people]);
  expect(accepted).toBe(outcomes.sent + outcomes.delivered + outcomes.undelivered);
  const paid = new Intl.NumberFormat("en", { minimumFractionDigits: 2 });
  await expect(page.getByRole("region", { name: "Cost" })).toContainText(
    `about ₽${paid.format(Math.round((accepted * 23_333) / 100) / 100)}`,
  );
});

test("what goes to everyone asks for the count to be typed", async ({ page }) => {
  await open(page, address("/dispatches/new"));
  await page.getByLabel("Message").fill(text("Everyone"));
  await page.getByRole("button", { name: "Review and schedule" }).click();
  const confirm = page.getByRole("alertdialog").getByRole("button", { name: "Schedule" });
  await expect(confirm).toBeDisabled();
  // Other tests add people; the count is the one that is shown.
  const [, count] = /(2\d,\d{3}) recipients/.exec(
    (await page.getByRole("alertdialog").getByRole("heading").textContent())!,
  )!;
  await page.getByLabel(`Type ${count}`).fill("2000");
  await expect(confirm).toBeDisabled();
  await page.getByLabel(`Type ${count}`).fill(count!);
  await expect(confirm).toBeEnabled();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("alertdialog")).toHaveCount(0);
});

test("a double click makes one dispatch", async ({ page }) => {
  const message = text("Double");
  await fill(page, message, few.tag);
  await page.getByRole("button", { name: "Review and schedule" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Schedule" }).dblclick();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(message);
  const { items } = await (await call("GET", `/api/v1/dispatches/?q=${encodeURIComponent(message)}`)).json();
  expect(items).toHaveLength(1);
});

test("a second click that comes after the answer, before the page has gone, makes no other dispatch", async ({
  page,
}) => {
  const message = text("Twice");
  await fill(page, message, few.tag);
  await page.getByRole("button", { name: "Review and schedule" }).click();
  // The page of the dispatch is held up, so that the form stays.
  let letGo = () => {};
  const held = new Promise<void>((done) => {
    letGo = done;
  });
  await page.route(/\/dispatches\/[0-9a-f-]{36}.*_rsc=/, async (route) => {
    await held;
    await route.continue();
  });
  const made = page.waitForResponse(
    (response) => response.request().method() === "POST" && response.url().endsWith("/api/v1/dispatches/"),
  );
  const schedule = page.getByRole("alertdialog").getByRole("button", { name: "Schedule" });
  await schedule.click();
  await made;
  await expect(page.getByText("Scheduled")).toBeVisible();
  await schedule.click({ force: true, timeout: 5_000 }).catch(() => {});
  letGo();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(message);
  const { items } = await (await call("GET", `/api/v1/dispatches/?q=${encodeURIComponent(message)}`)).json();
  expect(items).toHaveLength(1);
});

test("a draft survives a reload", async ({ page }) => {
  const message = text("Draft");
  await open(page, address("/dispatches/new"));
  await page.getByLabel("Message").fill(message);
  await reload(page);
  await expect(page.getByLabel("Message")).toHaveValue(message);
});

test("the characters that make a text dear are named, and replaced by one click", async ({ page }) => {
  await open(page, address("/dispatches/new"));
  await page.getByLabel("Message").fill(`“${"a".repeat(80)}” — now`);
  await expect(page.getByText("2 segments each, UCS-2")).toBeVisible();
  await page.getByRole("button", { name: "Replace: 1 segment" }).click();
  await expect(page.getByText("1 segment each, GSM-7")).toBeVisible();
});

test("by keyboard alone: a dispatch is scheduled, and cancelled after a question", async ({ page }) => {
  const message = text("Keyboard");
  await open(page, address("/dispatches/new"));
  await page.getByLabel("Message").focus();
  await page.keyboard.type(message);
  await page.getByRole("button", { name: /Tag/ }).focus();
  await page.keyboard.press("Enter");
  await expectFocusIn(page, "listbox");
  await page.keyboard.type("VIP");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: /Tag/ })).toContainText("VIP");
  await page.getByRole("button", { name: "Review and schedule" }).focus();
  await page.keyboard.press("Enter");
  await expectFocusIn(page, "alertdialog");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Schedule", exact: true })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(message);
  await page.getByRole("button", { name: "More actions" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Duplicate" })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("menuitem", { name: "Cancel dispatch" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alertdialog")).toContainText("Nobody has received it");
  await page.getByRole("alertdialog").getByRole("button", { name: "Cancel dispatch" }).press("Enter");
  await expect(page.getByText("Cancelled", { exact: true }).first()).toBeVisible();
});

test("the board shows what another tab makes and moves, without a reload", async ({ page }) => {
  const message = text("Other tab");
  await open(page, address(`/dispatches?q=${encodeURIComponent(message)}`));
  const column = (name: string) => page.getByRole("region", { name, exact: true });
  const { id } = await (
    await call("POST", "/api/v1/dispatches/", tomorrow({ message_text: message }))
  ).json();
  await expect(column("Scheduled")).toContainText(message);
  await call("POST", `/api/v1/dispatches/${id}/cancel/`);
  await expect(column("Finished")).toContainText(message);
});

test("the language is switched, and stays switched", async ({ page }) => {
  await open(page, address("/dispatches"));
  await page.getByRole("button", { name: "Русский" }).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Рассылки");
  await open(page, address("/dispatches/new"));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Новая рассылка");
});
