import { expect, type Page, test } from "@playwright/test";
import { address, call } from "./support/api";
import { choose, comeTo, expectAccessible, expectNoSidewaysScrolling, open, reload } from "./support/page";

// A theme's colours are there at once.
test.use({ contextOptions: { reducedMotion: "reduce" } });

const message = (page: Page) => page.getByLabel("Message", { exact: true });
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const made = async (text: string) =>
  (await (await call("GET", `/api/v1/dispatches/?q=${encodeURIComponent(text)}`)).json()).items;

/** In both themes, and on the narrowest of phones. */
async function expectWellMade(page: Page): Promise<void> {
  await expectAccessible(page);
  await page.emulateMedia({ colorScheme: "dark" });
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.evaluate(
    () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
  );
  await expectAccessible(page, "html", ["color-contrast"]);
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 320, height: 900 });
  await expectNoSidewaysScrolling(page);
  await page.setViewportSize({ width: 1280, height: 720 });
}

/** Three with a name, one of them a long one, and one without. */
async function addNamed(): Promise<{ tag: string; phones: string[]; long: string }> {
  const own = Date.now() % 10_000_000;
  const tag = `Named ${own}`;
  const long = `Anna-${"Maria-".repeat(30)}Sofia`;
  await call("POST", "/api/v1/tags/", { name: tag });
  const phones = [0, 1, 2, 3].map((i) => `+7916${String((own + i) % 10_000_000).padStart(7, "0")}`);
  for (const [i, first_name] of [..."AB", long, undefined].entries())
    await call("PUT", `/api/v1/recipients/${encodeURIComponent(phones[i]!)}/`, {
      tags: [tag],
      attributes: { shop: "Mira 5", ...(first_name && { first_name }) },
    });
  return { tag, phones, long };
}

test("a personal text is written with placeholders, seen as people will read it, scheduled, and told of each", async ({
  page,
}) => {
  const { tag, phones, long } = await addNamed();
  const mark = `Sale ${Date.now()}`;
  await open(page, address("/dispatches/new"));
  await choose(page, "Tag", tag);

  // Braces that are typed are braces until somebody says otherwise, and the form says which.
  await message(page).fill(`${mark}: {{shop}}`);
  const switched = page.getByRole("checkbox", { name: /Personal text/ });
  await expect(switched).not.toBeChecked();
  await expect(page.getByText("double braces go out just as they are")).toBeVisible();
  await expect(page.getByRole("heading", { name: "What recipients will read" })).toHaveCount(0);

  // By keys alone, where the caret stands: a name, and what is said where nobody has it.
  await message(page).fill(`${mark}, ! Come to `);
  await message(page).evaluate((area: HTMLTextAreaElement, caret) => {
    area.focus();
    area.setSelectionRange(caret, caret);
  }, `${mark}, `.length);
  await button(page, "Insert placeholder").focus();
  await page.keyboard.press("Enter");
  const menu = page.getByRole("dialog", { name: "Insert placeholder" });
  const name = menu.getByRole("option", { name: "first_name", exact: true });
  await expect(name).toBeVisible();
  await expectWellMade(page);
  await name.press("Enter");
  const fallback = menu.getByLabel("If it is missing, write");
  await fallback.fill("{friend}");
  await expect(menu.getByText("This text can't have braces.")).toBeVisible();
  await fallback.fill("friend");
  await fallback.press("Enter");
  await expect(menu).toHaveCount(0);
  await expect(message(page)).toHaveValue(`${mark}, {{first_name|friend}}! Come to `);
  await expect(message(page)).toBeFocused();
  await page.keyboard.type("now");
  await expect(message(page)).toHaveValue(`${mark}, {{first_name|friend}}now! Come to `);
  await expect(switched).toBeChecked();

  // What is wrong with a placeholder is told while it is typed, and the audience stays counted.
  const count = page.getByRole("group", { name: "Audience" }).locator("strong");
  await message(page).fill(`${mark}, {{first_nam}}`);
  await expect(page.getByText("No recipient has an attribute “first_nam”")).toBeVisible();
  await expect(count).toHaveText("4 recipients");
  await button(page, "Review and schedule").click();
  await expect(message(page)).toBeFocused();
  await expect(message(page)).toHaveAttribute("aria-invalid", "true");
  await message(page).fill(`${mark}, {{first_name`);
  await expect(page.getByText("This is no placeholder: {{first_name")).toBeVisible();

  // Who has no value is said, and reached by a fallback; the longest is shown, and may be bounded.
  const examples = page.getByRole("list", { name: "What recipients will read" });
  const longest = page.getByRole("list", { name: "Longest text" });
  const forecast = page.getByRole("region", { name: "Forecast" });
  await message(page).fill(`${mark}, {{first_name}}!`);
  await expect(page.getByText("1 recipient gets no message: a value is missing.")).toBeVisible();
  await expect(examples.getByRole("listitem")).toHaveCount(3);
  await expect(forecast).toContainText("Messages3");
  await page.getByLabel("Longest message").selectOption("1");
  await expect(page.getByText("the text would be longer than allowed")).toBeVisible();
  await page.getByLabel("Longest message").selectOption("2");
  const text = `${mark}, {{first_name|friend}}!`;
  await message(page).fill(text);
  await expect(examples.getByRole("listitem")).toHaveCount(3);
  await expect(longest).toContainText(`${phones[2]}2 segments${mark}, ${long}!`);
  await expect(page.getByText("gets no message:")).toHaveCount(0);
  // Three of one segment and one of two.
  await expect(forecast).toContainText("Messages4Cost5 segments");
  await expectWellMade(page);

  // What was typed is there after a reload, in a draft of the team and in a template.
  const isWhole = async () => {
    await expect(message(page)).toHaveValue(text);
    await expect(switched).toBeChecked();
    await expect(page.getByLabel("Longest message")).toHaveValue("2");
  };
  await reload(page);
  await isWhole();
  await button(page, "Save as template").click();
  const dialog = page.getByRole("alertdialog");
  await dialog.getByLabel("Template name").fill(mark);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Template saved")).toBeVisible();
  await button(page, "Save as draft").click();
  await expect(page.getByText("Saved for the team")).toBeVisible();
  await reload(page);
  await isWhole();
  const { items } = await (await call("GET", `/api/v1/templates/?q=${encodeURIComponent(mark)}`)).json();
  const other = await page.context().newPage();
  await open(other, address(`/dispatches/new?template=${items[0].id}`));
  await expect(message(other)).toHaveValue(text);
  await expect(other.getByLabel("Longest message")).toHaveValue("2");
  await other.close();
  await comeTo(page);

  await button(page, "Start now").click();
  await button(page, "Review and schedule").click();
  await expect(dialog.getByRole("heading")).toHaveText(/4 recipients/);
  await expect(dialog).toContainText("5 segments");
  await dialog.getByRole("button", { name: "Schedule" }).click();
  await expect(page).toHaveURL(/\/dispatches\/[\w-]{36}$/);
  const [dispatch] = await made(mark);
  expect(dispatch).toMatchObject({ message_text: text, personal: true, max_segments: 2 });

  // Each row says what its person was told; the file too.
  await expect(page.getByRole("region", { name: "Text" }).locator("mark")).toHaveText("first_name | friend");
  const list = page.getByRole("region", { name: "List of messages" });
  const told = ["A", "B", long, "friend"].map((said) => `${mark}, ${said}!`);
  for (const [i, said] of told.entries())
    await expect(list.getByRole("listitem").filter({ hasText: phones[i]! })).toContainText(said);
  await expectWellMade(page);
  await button(page, `Details: ${phones[2]}`).click();
  await expect(page.getByText(told[2]!, { exact: true })).toBeVisible();
  const file = await (await call("GET", `/api/v1/dispatches/${dispatch.id}/messages.csv`)).text();
  for (const said of told) expect(file).toContain(said);

  await open(page, address(`/dispatches/new?like=${dispatch.id}`));
  await isWhole();
});

test("braces in a plain text stay braces, from the form to the phone and back", async ({ page }) => {
  const { tag, phones } = await addNamed();
  const text = `Template ${Date.now()}: {{shop}} and \\{{`;
  await open(page, address("/dispatches/new"));
  await choose(page, "Tag", tag);
  await message(page).fill(text);
  await button(page, "Start now").click();
  await button(page, "Review and schedule").click();
  const review = page.getByRole("alertdialog");
  await expect(review.getByRole("button", { name: "Schedule" })).toBeDisabled();
  await review.getByLabel("“{{shop}}” goes out just as it is").check();
  await review.getByRole("button", { name: "Schedule" }).click();
  await expect(page).toHaveURL(/\/dispatches\/[\w-]{36}$/);
  await expect(page.getByRole("region", { name: "Text" })).toContainText(text);
  await expect
    .poll(async () => {
      const said = await call("GET", `/api/v1/sandbox/messages/?phone=${encodeURIComponent(phones[0]!)}`);
      return (await said.json()).items.map((one: { text: string }) => one.text);
    })
    .toEqual([text]);
  const id = page.url().split("/").at(-1);
  await open(page, address(`/dispatches/new?like=${id}`));
  await expect(message(page)).toHaveValue(text);
  await expect(page.getByRole("checkbox", { name: /Personal text/ })).not.toBeChecked();
});
