import { expect, type Page, test } from "@playwright/test";
import { address, call } from "./support/api";
import { expectAccessible, expectNoSidewaysScrolling, open, reload } from "./support/page";

/** Chooses from a field that finds while one types. */
async function pick(page: Page, label: string, text: string): Promise<void> {
  const field = page.getByRole("combobox", { name: label, exact: true });
  await field.click();
  await field.fill(text);
  await page.getByRole("option", { name: text }).first().click();
  await expect(page.getByRole("list", { name: label, exact: true })).toContainText(text);
}

test("an audience is put together, saved, used in a dispatch that says it in words, changed and deleted", async ({
  page,
}) => {
  const own = Date.now();
  const [fans, late] = [`Fans ${own}`, `Late ${own}`];
  for (const name of [fans, late]) await call("POST", "/api/v1/tags/", { name });
  for (let i = 0; i < 6; i++)
    await call(
      "PUT",
      `/api/v1/recipients/${encodeURIComponent(`+7916${String((own + i) % 10_000_000).padStart(7, "0")}`)}/`,
      {
        operator: "mts",
        tags: i === 0 ? [fans, late] : [fans],
        attributes: { "home city": i < 4 ? "Kazan" : "Ufa" },
      },
    );

  await open(page, address("/audience?tab=audiences"));
  await page.getByRole("button", { name: "New audience" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill(`Kazan ${own}`);
  await pick(page, "Has all these tags", fans);
  await pick(page, "Has none of these tags", late);
  await dialog.getByRole("button", { name: "Add an attribute" }).click();
  await dialog.getByLabel("Attribute", { exact: true }).pressSequentially("home city");
  await dialog.getByLabel("Values, with commas between them").fill("Kazan, Omsk");
  await expectAccessible(page, "[role=dialog]");
  await dialog.getByRole("button", { name: "Save" }).click();
  const row = page.getByRole("row", { name: `Kazan ${own}` });
  await expect(row).toContainText(
    `With the tags ${fans}. Without the tag ${late}. home city: Kazan or Omsk.`,
  );
  await expect(row).toContainText("3");
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoSidewaysScrolling(page);
  await page.setViewportSize({ width: 1280, height: 800 });

  await row.getByRole("link", { name: "Use in a dispatch" }).click();
  await expect(page).toHaveURL(/\/dispatches\/new\?audience=/);
  const left = page.getByRole("list", { name: "How many each condition leaves" });
  await expect(left.getByRole("listitem").nth(1)).toHaveText("All these tags6");
  await expect(left.getByRole("listitem")).toHaveText([
    /^Everyone/,
    "All these tags6",
    "None of these tags5",
    "Attributes3",
  ]);
  // Less is asked: more belong, at once.
  await page.getByRole("button", { name: "Remove home city" }).click();
  await expect(left.getByRole("listitem").last()).toHaveText("None of these tags5");
  await page.getByLabel("Message").fill(`To the fans ${own}`);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Review and schedule" }).click();
  const confirm = page.getByRole("alertdialog");
  await expect(confirm).toContainText(`With the tags ${fans}. Without the tag ${late}.`);
  const [request] = await Promise.all([
    page.waitForRequest((sent) => sent.method() === "POST" && sent.url().endsWith("/dispatches/")),
    confirm.getByRole("button", { name: "Schedule" }).click(),
  ]);
  expect(request.postDataJSON()).toMatchObject({
    filter_tag: null,
    audience: { tags: { all: [fans], any: [], none: [late] }, attributes: [] },
  });
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`To the fans ${own}`);
  await expect(page.getByText(`With the tags ${fans}. Without the tag ${late}.`)).toBeVisible();

  // What is edited is taken up as it was; one tag alone is a plain filter again.
  await page.getByRole("link", { name: "Edit" }).click();
  await expect(page.getByRole("list", { name: "Has none of these tags" })).toContainText(late);
  await page.getByRole("button", { name: "One operator and one tag" }).click();
  await expect(page.getByRole("combobox", { name: "Has all these tags" })).toBeHidden();
  await expect(left).toBeHidden();
  await page.getByRole("button", { name: "More conditions" }).click();
  await expect(page.getByRole("combobox", { name: "Has all these tags" })).toBeVisible();
  // Nothing of them is lost on the way.
  await expect(page.getByRole("list", { name: "Has none of these tags" })).toContainText(late);

  await open(page, address("/audience?tab=audiences"));
  await page.getByRole("searchbox", { name: "Find by name" }).fill(`kazan ${own}`);
  await row.getByRole("button", { name: /^Edit/ }).click();
  await page.getByRole("dialog").getByLabel("Name").fill(`Tatarstan ${own}`);
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("No saved audience has this in its name.")).toBeVisible();
  await reload(page);
  const renamed = page.getByRole("row", { name: `Tatarstan ${own}` });
  await renamed.getByRole("button", { name: /^Delete/ }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(renamed).toBeHidden();
});
