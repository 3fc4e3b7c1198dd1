import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { address, call, everyone, tomorrow } from "./api";
import { timeField, typeTime } from "./date-time";

const text = (what: string) => `${what} ${Date.now()}`;

/** Fills the form for the people who carry a tag, those few of the staff if no other, to start at once. */
async function fill(page: Page, message: string, tag = "Сотрудники") {
  await page.goto(address("/dispatches/new"));
  await page.getByLabel("Message").fill(message);
  await choose(page, "Tag", tag);
  await page.getByRole("button", { name: "Start now" }).click();
}

async function choose(page: Page, label: string, option: string) {
  await page.getByRole("button", { name: new RegExp(label) }).click();
  await page.getByRole("option", { name: new RegExp(option) }).click();
}

/** Numbers that no other test uses. */
const people = 2_500;
const goldenFile = (tag: string) =>
  ["phone,tags,note", ...Array.from({ length: people }, (_, i) => `+79160${String(i).padStart(6, "0")},${tag},not for us`)].join("\n");

test("the golden path: import a file, write, review, schedule, watch it run, pause, resume, completed, its messages", async ({ page }) => {
  const message = text("Golden");
  await page.goto(address("/audience?tab=import"));
  await page
    .getByLabel("Choose a file")
    .last()
    .setInputFiles({ name: "golden.csv", mimeType: "text/csv", buffer: Buffer.from(goldenFile(message)) });
  await page.getByLabel("What the column “note” is").selectOption("Do not import");
  await page.getByRole("button", { name: "Import", exact: true }).click();
  // Once it is under way there is room for another file, and it is the first in the list.
  await expect(page.getByText("or drop it here")).toBeVisible();
  const imported = page.getByRole("region", { name: "Imports" }).getByRole("listitem").first();
  await expect(imported).toContainText("Imported");
  await expect(imported).toContainText("2,500 rows");
  await expect(imported.getByText("0 rejected", { exact: true })).toBeVisible();
  const { attributes } = await (await call("GET", "/api/v1/recipients/%2B79160000007/")).json();
  expect(attributes).not.toHaveProperty("note");

  await fill(page, message, message);
  await expect(page.getByText(/^2,500 recipients$/)).toBeVisible();
  await page.getByRole("button", { name: "Review and schedule" }).click();
  const dialog = page.getByRole("alertdialog");
  await expect(dialog).toContainText("2,500 recipients");
  await expect(dialog).toContainText(message);
  await dialog.getByRole("button", { name: "Schedule" }).click();

  await expect(page.getByRole("heading", { level: 1 })).toHaveText(message);
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(page.getByText("Paused", { exact: true }).first()).toBeVisible();
  await page.getByRole("button", { name: "Resume", exact: true }).click();
  await expect(page.getByText("Completed", { exact: true }).first()).toBeVisible({ timeout: 50_000 });
  await expect(page.getByText("It is over.").first()).toBeVisible({ timeout: 20_000 });

  const messages = page.getByRole("region", { name: "Messages" }).first();
  await expect(messages.getByRole("listitem").first()).toContainText("+79");
  const phone = (await messages.getByRole("listitem").first().textContent())!.slice(0, 12);
  await messages.getByLabel("Phone").fill(phone);
  await messages.getByRole("button", { name: "Why not sent?" }).click();
  await expect(messages).toContainText("There is a message");
});

test("every wrong field is told at its field, the first of them has the focus, and nothing is lost", async ({ page }) => {
  await page.goto(address("/dispatches/new"));
  await expect(page.getByText(`${await everyone()} recipients`)).toBeVisible();
  await typeTime(page, "Start", "020120311000");
  await typeTime(page, "End", "010120311000");
  await page.getByRole("button", { name: "Review and schedule" }).click();
  await expect(page.getByText("The text is empty.")).toBeVisible();
  await expect(page.getByText("The end is before the start.")).toBeVisible();
  await expect(page.getByLabel("Message")).toBeFocused();
  await expect(page.getByRole("alertdialog")).toHaveCount(0);
  await page.getByLabel("Message").fill("я".repeat(1_601));
  await page.getByRole("button", { name: "Review and schedule" }).click();
  await expect(page.getByText("The text is longer than 1,600 characters.")).toBeVisible();
  await expect(timeField(page, "End")).toHaveText(/01\/01\/2031.*10:00/);
});

test("what goes to everyone asks for the count to be typed", async ({ page }) => {
  await page.goto(address("/dispatches/new"));
  await page.getByLabel("Message").fill(text("Everyone"));
  await expect(page.getByText(`${await everyone()} recipients`)).toBeVisible();
  await page.getByRole("button", { name: "Review and schedule" }).click();
  const confirm = page.getByRole("alertdialog").getByRole("button", { name: "Schedule" });
  await expect(confirm).toBeDisabled();
  const count = await everyone();
  await page.getByLabel(`Type ${count}`).fill("2000");
  await expect(confirm).toBeDisabled();
  await page.getByLabel(`Type ${count}`).fill(count);
  await expect(confirm).toBeEnabled();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("alertdialog")).toHaveCount(0);
});

test("a double click makes one dispatch", async ({ page }) => {
  const message = text("Double");
  await fill(page, message);
  await page.getByRole("button", { name: "Review and schedule" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Schedule" }).dblclick();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(message);
  const { items } = await (await call("GET", `/api/v1/dispatches/?q=${encodeURIComponent(message)}`)).json();
  expect(items).toHaveLength(1);
});

test("a draft survives a reload", async ({ page }) => {
  const message = text("Draft");
  await page.goto(address("/dispatches/new"));
  await expect(page.getByText(`${await everyone()} recipients`)).toBeVisible();
  await page.getByLabel("Message").fill(message);
  await page.reload();
  await expect(page.getByLabel("Message")).toHaveValue(message);
});

test("the characters that make a text dear are named, and replaced by one click", async ({ page }) => {
  await page.goto(address("/dispatches/new"));
  await expect(page.getByText(`${await everyone()} recipients`)).toBeVisible();
  await page.getByLabel("Message").fill(`“${"a".repeat(80)}” — now`);
  await expect(page.getByText("2 segments each, UCS-2")).toBeVisible();
  await page.getByRole("button", { name: "Replace: 1 segment" }).click();
  await expect(page.getByText("1 segment each, GSM-7")).toBeVisible();
});

test("by keyboard alone: a dispatch is scheduled, and cancelled after a question", async ({ page }) => {
  const message = text("Keyboard");
  await page.goto(address("/dispatches/new"));
  await page.getByLabel("Message").focus();
  await page.keyboard.type(message);
  await page.getByRole("button", { name: /Tag/ }).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.type("VIP");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Review and schedule" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alertdialog")).toBeVisible();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Schedule", exact: true })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(message);
  await page.getByRole("button", { name: "Cancel dispatch" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alertdialog")).toContainText("nobody got it");
  await page.getByRole("alertdialog").getByRole("button", { name: "Cancel dispatch" }).press("Enter");
  await expect(page.getByText("Cancelled", { exact: true }).first()).toBeVisible();
});

test("the board shows what another tab makes and moves, without a reload", async ({ page }) => {
  const message = text("Other tab");
  await page.goto(address("/dispatches"));
  const { id } = await (await call("POST", "/api/v1/dispatches/", tomorrow({ message_text: message }))).json();
  await expect(page.getByRole("link", { name: message })).toBeVisible({ timeout: 30_000 });
  await call("POST", `/api/v1/dispatches/${id}/cancel/`);
  await expect(
    page
      .getByRole("group", { name: "Finished" })
      .or(page.getByRole("region", { name: "Finished" }))
      .first(),
  ).toContainText(message, {
    timeout: 30_000,
  });
});

test("a lost connection is said once, what was seen stays, and it recovers by itself", async ({ page, context }) => {
  const message = text("Offline");
  await call("POST", "/api/v1/dispatches/", tomorrow({ message_text: message }));
  await page.goto(address("/dispatches"));
  await expect(page.getByRole("link", { name: message })).toBeVisible();
  await context.setOffline(true);
  await expect(page.getByText("The server does not answer.")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("link", { name: message })).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText("The server does not answer.")).toBeHidden({ timeout: 30_000 });
});

test("the emergency stop: one button, a reason, a banner on every screen, and a way back", async ({ page }) => {
  await page.goto(address("/dispatches"));
  await page.getByRole("button", { name: "Stop everything" }).first().click();
  await page.getByLabel(/Reason/).fill("wrong text");
  await page.getByRole("alertdialog").getByRole("button", { name: "Stop everything" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "wrong text" })).toBeVisible();
  await page.goto(address("/"));
  await expect(page.getByRole("alert").filter({ hasText: "All sending is stopped" })).toBeVisible();
  await page.getByRole("button", { name: "Resume sending" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Resume sending" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "All sending is stopped" })).toBeHidden();
});

test("the language is switched, and stays switched", async ({ page }) => {
  await page.goto(address("/dispatches"));
  await page.getByRole("button", { name: "Русский" }).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Рассылки");
  await page.goto(address("/dispatches/new"));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Новая рассылка");
});

for (const scheme of ["light", "dark"] as const) {
  for (const width of [1440, 390]) {
    test(`no screen breaks accessibility or its width: ${scheme}, ${width} px`, async ({ browser }) => {
      const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height: 860 }, reducedMotion: "reduce" });
      const page = await context.newPage();
      const { items } = await (await call("GET", "/api/v1/dispatches/?limit=1")).json();
      const screens = ["/", "/dispatches", "/dispatches?view=table", "/dispatches/new", `/dispatches/${items[0].id}`, "/status"];
      for (const path of [...screens, "/settings", "/settings/audit", "/settings/webhooks", "/docs"]) {
        await page.goto(address(path));
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => `${path} ${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), path).toBeLessThanOrEqual(0);
      }
      await context.close();
    });
  }
}
