import { expect, test } from "@playwright/test";
import { address } from "./support/api";
import { expectAccessible, open, reload } from "./support/page";

test("a view is saved under a name, chosen by another, kept by the address, renamed, and deleted", async ({
  page,
  browser,
}) => {
  const name = `Ended last month ${Date.now()}`;
  await open(page, address("/dispatches"));
  // What everybody sees anyway needs no name.
  await expect(page.getByRole("button", { name: "Save view" })).toBeHidden();
  await page.getByText("Table", { exact: true }).click();
  await page.getByLabel("Period").selectOption("last_month");
  await page.getByLabel("Status").selectOption("expired");
  await page.getByRole("searchbox").fill("sale");
  await page.getByRole("button", { name: "Save view" }).click();
  const dialog = page.getByRole("alertdialog");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText("Required field.").or(dialog.locator("[data-invalid]"))).not.toHaveCount(0);
  await dialog.getByLabel("Name").fill(name);
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  const views = page.getByLabel("Saved views");
  await expect(views.locator("option:checked")).toHaveText(name);
  await reload(page);
  await expect(views.locator("option:checked")).toHaveText(name);
  await expectAccessible(page, "main");

  // Twice under a name is told at the field.
  await page.getByLabel("Status").selectOption("cancelled");
  await expect(views).toHaveValue("");
  await page.getByRole("button", { name: "Save view" }).click();
  await dialog.getByLabel("Name").fill(name);
  await page.keyboard.press("Enter");
  await expect(dialog.getByText(`A view ${name} already exists.`)).toBeVisible();
  await page.keyboard.press("Escape");

  const other = await browser.newPage({ locale: "en-GB", timezoneId: "Europe/Moscow" });
  await open(other, address("/dispatches?tag=VIP&view=calendar&month=2035-03"));
  await other.getByLabel("Saved views").selectOption(name);
  await expect(other).toHaveURL(/\?view=table&q=sale&status=expired&period=last_month$/);
  await expect(other.getByLabel("Status")).toHaveValue("expired");
  await expect(other.getByLabel("Period")).toHaveValue("last_month");
  await expect(other.getByRole("searchbox")).toHaveValue("sale");
  await other.getByRole("button", { name: `Rename the view “${name}”` }).click();
  const rename = other.getByRole("alertdialog");
  await expect(rename.getByLabel("Name")).toHaveValue(name);
  await rename.getByLabel("Name").fill(`Renamed ${name}`);
  await rename.getByRole("button", { name: "Save" }).click();
  await expect(rename).toBeHidden();
  await expect(other.getByLabel("Saved views").locator("option:checked")).toHaveText(`Renamed ${name}`);
  await other.getByRole("button", { name: `Delete the view “Renamed ${name}”` }).click();
  await other.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(other.getByRole("alertdialog")).toBeHidden();
  await expect(other.getByRole("option", { name: `Renamed ${name}` })).toHaveCount(0);
  await other.close();
});
