import { expect, type Page, test } from "@playwright/test";
import { address, call } from "./api";
import { open, reload } from "./page";

/** Numbers of a test's own: others' recipients are in the same database. */
let series = 0;
const ownPhones = (count: number) => {
  const first = 1_000_000 + ((Date.now() + series++ * 1_000) % 8_000_000);
  return Array.from({ length: count }, (_, index) => `+7916${first + index}`);
};
const put = (phone: string, body: unknown = {}) => call("PUT", `/api/v1/recipients/${encodeURIComponent(phone)}/`, body);
const row = (page: Page, phone: string) => page.getByRole("row", { name: phone });
const find = (page: Page, phone: string) => open(page, address(`/audience?q=${encodeURIComponent(phone)}`));

test("a file with Russian columns in Windows-1251 is mapped, imported and counted; its bad row comes back with the reason", async ({
  page,
}) => {
  const [anna, boris] = ownPhones(2) as [string, string];
  const text = `Телефон;Имя\r\n${anna.replace("+7", "8")};Анна\r\n${boris};"Борис; младший"\r\nнет номера;Вера\r\n`;
  await open(page, address("/audience?tab=import"));
  await page
    .getByLabel("Choose a file")
    .last()
    .setInputFiles({ name: "people.csv", mimeType: "text/csv", buffer: windows1251(text) });
  const preview = page.getByRole("region", { name: "The first rows" });
  await expect(preview.getByLabel("What the column “Телефон” is")).toHaveValue("phone");
  await expect(preview.getByRole("row", { name: "Борис; младший" })).toContainText("МТС");
  await expect(preview).toContainText("not a phone");
  await preview.getByLabel("Name of the attribute from the column “Имя”").fill("first name");
  await page.getByRole("button", { name: "Import", exact: true }).click();

  const newest = page
    .getByRole("listitem")
    .filter({ hasText: "Imported" })
    .filter({ hasText: /(?<!\d)3 rows/ });
  await expect(newest).toContainText("2 new");
  await expect(newest).toContainText("1 rejected");
  await reload(page);
  await expect(newest).toContainText("1 rejected");
  const downloading = page.waitForEvent("download");
  await newest.getByRole("link", { name: "Rejected rows with reasons" }).click();
  const file = await (await downloading).createReadStream();
  expect(Buffer.concat(await file.toArray()).toString("utf8")).toContain("нет номера");

  const recipient = (await (await call("GET", `/api/v1/recipients/${encodeURIComponent(boris)}/`)).json()) as { attributes: unknown };
  expect(recipient.attributes).toEqual({ "first name": "Борис; младший" });
});

test("a recipient is found by the beginning of a number, opts out, and opts in again only after a question", async ({ page }) => {
  const [phone] = ownPhones(1) as [string];
  await put(phone);
  await open(page, address("/audience"));
  await page.getByRole("searchbox", { name: "Phone begins with" }).fill(phone.replace("+7", "8 "));
  await expect(page).toHaveURL(/[?&]q=8/);
  await expect(page.getByRole("row")).toHaveCount(2);
  await row(page, phone).getByRole("button", { name: "Opt out" }).click();
  await expect(row(page, phone)).toContainText("Opted out");
  await row(page, phone).getByRole("button", { name: "Opt in again" }).click();
  await expect(page.getByRole("alertdialog")).toContainText("Opt them in again only if they have asked");
  await page.getByRole("alertdialog").getByRole("button", { name: "Opt in again" }).click();
  await expect(row(page, phone)).toContainText("Active");
});

test("what is typed into the search and begins no number is said, and the filters stay", async ({ page }) => {
  await open(page, address("/audience?operator=mts&q=anna"));
  await expect(page.getByRole("main").getByRole("alert")).toContainText("No phone number begins like this");
  await expect(page.getByRole("combobox", { name: "Operator" })).toHaveValue("mts");
});

test("a recipient is edited and added with the keyboard alone, and a wrong phone is said at its field", async ({ page }) => {
  const [phone, other] = ownPhones(2) as [string, string];
  await put(phone, { tags: ["VIP"], attributes: { city: "Moscow" } });
  await find(page, phone);
  await openDialog(page, `Edit ${phone}`);
  const dialog = page.getByRole("dialog", { name: phone });
  await dialog.getByRole("combobox", { name: "Time zone" }).fill("Vladivo");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await dialog.getByRole("combobox", { name: "Tags" }).focus();
  await page.keyboard.type("Нов");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(dialog.getByRole("listitem")).toHaveText(["VIP", "Новости"]);
  await dialog.getByRole("button", { name: "Save" }).press("Enter");
  await expect(dialog).toBeHidden();
  await expect(row(page, phone)).toContainText("Vladivostok");
  await expect(row(page, phone)).toContainText("Новости");
  await expect(row(page, phone).getByRole("button", { name: "Edit" })).toBeFocused();

  await page.getByRole("button", { name: "Add", exact: true }).press("Enter");
  const added = page.getByRole("dialog", { name: "New recipient" });
  const field = added.getByRole("textbox", { name: "Phone" });
  await expect(field).toBeFocused();
  await page.keyboard.type("not a number");
  await page.keyboard.press("Enter");
  await expect(field).toHaveAccessibleDescription(/not a phone number/);
  await field.fill(other);
  await page.keyboard.press("Enter");
  await expect(added).toBeHidden();
  await find(page, other);
  await expect(row(page, other)).toContainText("МТС");
});

test("a recipient is deleted after a question", async ({ page }) => {
  const [phone] = ownPhones(1) as [string];
  await put(phone);
  await find(page, phone);
  await row(page, phone).getByRole("button", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("main").getByText("No recipients match")).toBeVisible();
  expect((await call("GET", `/api/v1/recipients/${encodeURIComponent(phone)}/`)).status).toBe(404);
});

test("tags and operators are added, and what the server refuses is said where it was asked", async ({ page }) => {
  const name = `tag ${Date.now()}`;
  await open(page, address("/audience?tab=tags"));
  await openDialog(page, "New tag");
  await page.getByRole("dialog").getByRole("textbox", { name: "Name" }).fill("VIP");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText("A tag VIP already exists");
  await page.getByRole("dialog").getByRole("textbox", { name: "Name" }).fill(name);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("row", { name })).toBeVisible();

  await open(page, address("/audience?tab=operators"));
  await openDialog(page, "Edit МТС");
  const rate = page.getByRole("dialog").getByLabel("Segments a second (empty: no limit)");
  await rate.fill("-1");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(rate).toHaveAccessibleDescription(/from 0.001 to 100,000/);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
  await page.getByRole("row", { name: "МТС" }).getByRole("button", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("alertdialog").getByRole("alert")).toContainText("The operator mts is in use");
});

test("the sandbox phone shows a message that a dispatch has brought", async ({ page }) => {
  const [phone] = ownPhones(1) as [string];
  const tag = `phone ${Date.now()}`;
  await call("POST", "/api/v1/tags/", { name: tag });
  await put(phone, { tags: [tag] });
  await open(page, address(`/phone?phone=${encodeURIComponent(phone)}`));
  await expect(page.getByRole("log")).toContainText("No messages yet");
  const now = Date.now();
  const body = {
    timezone: "Europe/Moscow",
    start_datetime: new Date(now).toISOString(),
    end_datetime: new Date(now + 3_600_000).toISOString(),
    message_text: `Hello, ${tag}`,
    filter_tag: tag,
  };
  expect((await call("POST", "/api/v1/dispatches/", body)).status).toBe(201);
  await expect(
    page
      .getByRole("log")
      .getByRole("listitem")
      .filter({ hasText: `Hello, ${tag}` }),
  ).toContainText("delivered");
});

/** By the keyboard. */
async function openDialog(page: Page, button: string): Promise<void> {
  await page.getByRole("button", { name: button, exact: true }).press("Enter");
  await expect(page.getByRole("dialog")).toBeVisible();
}

/** Letters of this encoding are in the order of the alphabet, from 0xC0. */
function windows1251(text: string): Buffer {
  return Buffer.from(
    [...text].map((letter) => (letter >= "А" && letter <= "я" ? letter.charCodeAt(0) - 0x410 + 0xc0 : letter.charCodeAt(0))),
  );
}

test("whoever answers STOP by the sandbox phone is opted out, and it can be taken back after a question", async ({ page }) => {
  const [phone] = ownPhones(1) as [string];
  await put(phone);
  await open(page, address(`/phone?phone=${encodeURIComponent(phone)}`));
  await page.getByRole("textbox", { name: "Answer" }).fill("Stop!");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByRole("log").getByText("Stop!")).toBeVisible();
  await open(page, address(`/audience?tab=suppressions&q=${encodeURIComponent(phone)}`));
  await expect(row(page, phone)).toContainText("Replied STOP");
  await row(page, phone).getByRole("button", { name: "Opt in again" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Opt in again" }).click();
  await expect(page.getByRole("main")).toContainText("No recipients match");
  await find(page, phone);
  await expect(row(page, phone)).toContainText("Active");
});

test("a reply in other words opts out by one click, and a number of nobody's is added by hand", async ({ page }) => {
  const [phone, nobody] = ownPhones(2) as [string, string];
  await call("POST", "/api/v1/sandbox/replies/", { phone, text: "Please never write to me again" });
  await open(page, address(`/audience?tab=replies&q=${encodeURIComponent(phone)}`));
  await expect(row(page, phone)).toContainText("Please never write to me again");
  await row(page, phone).getByRole("button", { name: "Opt out" }).click();
  await expect(row(page, phone)).toContainText("Opted out");
  await expect(row(page, phone).getByRole("button")).toHaveCount(0);

  await open(page, address("/audience?tab=suppressions"));
  await page.getByRole("button", { name: "Add a number" }).click();
  const dialog = page.getByRole("dialog", { name: "Opt a number out" });
  await dialog.getByLabel("Phone").fill("12");
  await dialog.getByRole("button", { name: "Opt out" }).click();
  await expect(dialog).toContainText("not a phone");
  await dialog.getByLabel("Phone").fill(nobody);
  await dialog.getByRole("button", { name: "Opt out" }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole("searchbox", { name: "Phone begins with" }).fill(nobody);
  await expect(page.getByRole("row")).toHaveCount(2);
  await expect(row(page, nobody)).toContainText("Asked not to");
});
