import { expect, type Page, test } from "@playwright/test";
import { address, call } from "./support/api";
import { expectAccessible, expectNoSidewaysScrolling, open, reload } from "./support/page";

/**
 * At most ten numbers of a test's own, which differ in the last digit: others' recipients are in
 * the same database.
 */
let series = 0;
const ownPhones = (count: number) => {
  const ten = 100_000 + (Math.floor(Date.now() / 10 + series++ * 100) % 800_000);
  return Array.from({ length: count }, (_, digit) => `+7916${ten}${digit}`);
};
const put = (phone: string, body: unknown = {}) =>
  call("PUT", `/api/v1/recipients/${encodeURIComponent(phone)}/`, body);
const row = (page: Page, phone: string) => page.getByRole("row", { name: phone });
const person = (phone: string) => call("GET", `/api/v1/recipients/${encodeURIComponent(phone)}/`);
const attributesOf = async (phone: string) => (await (await person(phone)).json()).attributes;
const find = (page: Page, phone: string) => open(page, address(`/audience?q=${encodeURIComponent(phone)}`));

/** A name of a test's own, by which its import is found. */
const unique = (name: string) => `${name}-${Date.now()}-${series++}`;
const give = (page: Page, name: string, text: string | Buffer) =>
  page
    .getByLabel("Choose a file")
    .last()
    .setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text as string) });
async function chooseFile(page: Page, name: string, text: string | Buffer): Promise<void> {
  await open(page, address("/audience?tab=import"));
  await give(page, name, text);
}
/** The button that imports. */
const start = (page: Page) => page.getByRole("button", { name: /^Import/ });
/** An import in the history. */
const item = (page: Page, name: string) =>
  page.getByRole("region", { name: "Imports" }).getByRole("listitem").filter({ hasText: name });
async function importsOf(name: string): Promise<unknown[]> {
  const { items } = (await (await call("GET", "/api/v1/imports/?limit=200")).json()) as {
    items: { file_name: string | null }[];
  };
  return items.filter((one) => one.file_name === name);
}

test("a file with Russian columns in Windows-1251 is mapped, imported and counted; its bad row comes back with the reason", async ({
  page,
}) => {
  const [anna, boris] = ownPhones(2) as [string, string];
  const text = `Телефон;Имя\r\n${anna.replace("+7", "8")};Анна\r\n${boris};"Борис; младший"\r\nнет номера;Вера\r\n`;
  await open(page, address("/audience?tab=import"));
  await page
    .getByLabel("Choose a file")
    .last()
    .setInputFiles({ name: "people.csv", mimeType: "text/csv", buffer: inOneByte(text, 0xc0) });
  await expect(page.getByRole("heading", { name: "Check the file" })).toBeFocused();
  const preview = page.getByRole("region", { name: "The first rows" });
  await expect(preview.getByLabel("What the column “Телефон” is")).toHaveValue("phone");
  await expect(preview.getByRole("row", { name: "Борис; младший" })).toBeVisible();
  await expect(page.getByLabel("Encoding")).toHaveValue("windows-1251");
  await expect(page.getByText("Operators:").locator("..")).toContainText("МТС — 2");
  await expect(
    page.getByText("1 number without a country code was read as a number of Russia:"),
  ).toContainText(`→ ${anna}`);
  await expect(page.getByRole("region", { name: "1 row is rejected" })).toContainText("Line 4");
  await expect(page.getByRole("region", { name: "1 row is rejected" })).toContainText("Телефон: нет номера");
  // Elsewhere one of them is no number; and with another delimiter there is one column.
  const country = page.getByLabel("Country of numbers without a country code");
  await country.selectOption("United States");
  await expect(page.getByRole("region", { name: "2 rows are rejected" })).toContainText("Line 2");
  await country.selectOption("Russia");
  await expect(page.getByRole("region", { name: "1 row is rejected" })).toBeVisible();
  const delimiter = page.getByLabel("Columns are separated by");
  await delimiter.selectOption("Commas");
  await expect(preview.getByLabel("What the column “Телефон;Имя” is")).toBeVisible();
  await delimiter.selectOption("Semicolons");
  await expect(page.getByRole("button", { name: "Import 2 people" })).toBeEnabled();
  await preview.getByLabel("Name of the attribute from the column “Имя”").fill("first name");
  await preview.getByLabel("Name of the attribute from the column “Имя”").press("Enter");
  await start(page).click();

  const newest = page
    .getByRole("listitem")
    .filter({ hasText: "people.csv" })
    .filter({ hasText: /(?<!\d)3 rows/ });
  await expect(newest).toContainText("2 new");
  await expect(newest).toContainText("1 rejected");
  await reload(page);
  await expect(newest).toContainText("1 rejected");
  const downloading = page.waitForEvent("download");
  await newest.getByRole("link", { name: "Rejected rows with reasons" }).click();
  const file = await (await downloading).createReadStream();
  expect(Buffer.concat(await file.toArray()).toString("utf8")).toContain("нет номера");

  const recipient = (await (
    await call("GET", `/api/v1/recipients/${encodeURIComponent(boris)}/`)
  ).json()) as { attributes: unknown };
  expect(recipient.attributes).toEqual({ "first name": "Борис; младший" });
});

test("a file of whose encoding nobody can be sure is imported only after somebody has said which one reads right", async ({
  page,
}) => {
  const [anna] = ownPhones(1) as [string];
  await chooseFile(page, unique("dos"), inOneByte(`phone;имена\n${anna};Лида\n`, 0x80));
  await expect(start(page)).toBeDisabled();
  await expect(start(page)).toHaveAccessibleDescription("Confirm the encoding at the top first.");
  await expect(page.getByLabel(/^имена · Лида/)).toBeChecked();
  await page.getByLabel("Windows-1251").check();
  await page.getByRole("button", { name: "Read as Windows-1251" }).click();
  // It was wrong, and can be said otherwise.
  await expect(page.getByRole("row").filter({ hasText: anna })).not.toContainText("Лида");
  await page.getByLabel("Encoding").selectOption("DOS (CP866)");
  await expect(page.getByRole("row").filter({ hasText: anna })).toContainText("Лида");
  await start(page).click();
  await expect.poll(() => attributesOf(anna)).toEqual({ имена: "Лида" });
});

test("a file without a column of phones asks for it, and leaves no trace of how it was read before", async ({
  page,
}) => {
  const [anna] = ownPhones(1) as [string];
  const name = unique("no-phone");
  await chooseFile(page, name, `Кто,Контакт,Отказ\nАнна,${anna},\n`);
  await expect(start(page)).toBeDisabled();
  await expect(
    page.getByRole("alert").filter({ hasText: "Choose the column with the phone numbers." }),
  ).toBeVisible();
  await expectAccessible(page);
  const contact = page.getByLabel("What the column “Контакт” is");
  await contact.focus();
  await contact.selectOption("Phone");
  await expect(page.getByText("What the import would do")).toBeVisible();
  await expect(contact).toBeFocused();
  // A column that says who has opted out cannot become an attribute of the same name: it would be
  // read as before.
  await page.getByLabel("What the column “Отказ” is").selectOption("Attribute");
  await expect(page.getByLabel("Name of the attribute from the column “Отказ”")).toHaveValue("Column 3");
  await expect(start(page)).toHaveText("Import 1 person");
  await page.setViewportSize({ width: 390, height: 800 });
  await expectNoSidewaysScrolling(page);
  await expectAccessible(page);
  await start(page).click();
  await expect(page.getByRole("heading", { name: "Imports" })).toBeFocused();
  await expect(item(page, name)).toContainText("1 new");
  await expect.poll(() => attributesOf(anna)).toEqual({ Кто: "Анна" });
  expect(await importsOf(name)).toHaveLength(1);
});

test("a review says what would change before anything does; it outlives a reload, and is imported or discarded from the history", async ({
  page,
}) => {
  const [anna, boris] = ownPhones(2) as [string, string];
  const tag = unique("tag");
  await put(anna, { attributes: { city: "Омск", shoe: "37" } });
  const file = `phone,city,tags,timezone\n${anna},Уфа,${tag},Mars/Base\n${boris},Тула,,\n`;
  const [kept, discarded] = [unique("kept"), unique("discarded")];
  await chooseFile(page, kept, file);
  const change = page.getByRole("listitem").filter({ hasText: anna }).first();
  await expect(change).toContainText("city: Омск → Уфа");
  await expect(change).not.toContainText("shoe");
  await expect(page.getByText("New tag:").locator("..")).toContainText(tag);
  await expect(page.getByRole("region", { name: "1 row is imported without a cell" })).toContainText(
    "timezone: Mars/Base",
  );
  await page.getByLabel("People who are there already").selectOption("Replace what is there");
  await expect(change).toContainText("shoe: 37 → —");
  expect(await attributesOf(anna)).toEqual({ city: "Омск", shoe: "37" });

  await reload(page);
  await item(page, kept).getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("heading", { name: "Check the file" })).toBeFocused();
  await expect(item(page, kept)).toHaveCount(0);
  await expect(page.getByLabel("People who are there already")).toBeDisabled();
  await expect(change).toContainText("shoe: 37 → —");
  await start(page).click();
  await expect(item(page, kept)).toContainText("1 updated");
  expect(await attributesOf(anna)).toEqual({ city: "Уфа" });

  await chooseFile(page, discarded, file);
  await expect(start(page)).toBeEnabled();
  await reload(page);
  await item(page, discarded).getByRole("button", { name: "Discard" }).click();
  await expect(item(page, discarded)).toHaveCount(0);
  expect(await importsOf(discarded)).toHaveLength(0);

  // A file that could not be reviewed waits for nobody, but is there.
  const broken = `broken ${discarded}`;
  await fetch(address(`/api/v1/recipients/import/?dry_run=true&file_name=${encodeURIComponent(broken)}`), {
    method: "POST",
    headers: { "content-type": "text/csv" },
    body: "city\nOmsk\n",
  });
  await expect.poll(async () => (await importsOf(broken)).length).toBe(1);
  await reload(page);
  await item(page, broken).getByRole("button", { name: "Discard" }).click();
  await expect(item(page, broken)).toHaveCount(0);
});

test("an import is undone after a question that says what that does; who was changed since stays, and is listed", async ({
  page,
}) => {
  const [anna, boris] = ownPhones(2) as [string, string];
  const name = unique("undo");
  await chooseFile(page, name, `phone,city\n${anna},Уфа\n${boris},Тула\n`);
  await start(page).click();
  await expect(item(page, name)).toContainText("2 new");
  await put(boris, { attributes: { city: "Пермь" } });
  await item(page, name).getByRole("button", { name: "Undo" }).click();
  const question = page.getByRole("alertdialog");
  await expect(question).toContainText(`Undo the import of ${name}?`);
  await expect(question).toContainText("People whom this import has added are removed.");
  await expect(question).toContainText("You can do this until");
  await question.getByRole("button", { name: "Cancel" }).click();
  expect((await person(anna)).status).toBe(200);
  await item(page, name).getByRole("button", { name: "Undo" }).click();
  await question.getByRole("button", { name: "Undo the import" }).click();
  await expect(item(page, name)).toContainText("Undone");
  await expect(item(page, name)).toContainText("1 row was undone. 1 person stayed");
  expect((await person(anna)).status).toBe(404);
  const downloading = page.waitForEvent("download");
  await item(page, name).getByRole("link", { name: "Who stayed, and why" }).click();
  const kept = Buffer.concat(await (await (await downloading).createReadStream()).toArray()).toString("utf8");
  expect(kept).toContain(boris);
  expect(kept).not.toContain(anna);
});

test("a list of opt-outs makes nobody a recipient, and opts out whoever is one", async ({ page }) => {
  const [known, unknown] = ownPhones(2) as [string, string];
  await put(known);
  await open(page, address("/audience?tab=import"));
  await page.getByLabel("Opt-outs").check();
  const name = unique("opt-outs");
  await give(page, name, `phone\n${known}\n${unknown}\n`);
  await expect(start(page)).toHaveCount(0);
  await page.getByRole("button", { name: "Opt out 2 numbers" }).click();
  await expect(item(page, name)).toContainText("Imported");
  expect((await (await person(known)).json()).opted_out_at).not.toBeNull();
  expect((await person(unknown)).status).toBe(404);
});

test("a file that does not reach the server stays chosen, and so does a review that cannot be changed or applied", async ({
  page,
}) => {
  const [anna] = ownPhones(1) as [string];
  const name = unique("offline");
  const away = "**/api/v1/recipients/import/**";
  await page.route(away, (route) => route.abort());
  await chooseFile(page, name, `phone,city\n${anna},Уфа\n`);
  const failure = page.getByRole("alert").filter({ hasText: "Can't reach the server. Nothing is lost." });
  await expect(failure).toBeVisible();
  await page.unroute(away);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(start(page)).toHaveText("Import 1 person");
  await page.route(away, (route) => route.abort());
  const mode = page.getByLabel("People who are there already");
  await mode.selectOption("Replace what is there");
  await expect(failure).toBeVisible();
  // What is shown is what would be imported.
  await expect(mode).toHaveValue("add");
  await page.route("**/apply/", (route) => route.abort());
  await start(page).click();
  await expect(failure).toBeVisible();
  await page.unroute("**/apply/");
  await start(page).click();
  await expect(item(page, name)).toContainText("1 new");
});

test("a recipient is found by the beginning of a number, opts out, and opts in again only after a question", async ({
  page,
}) => {
  const [phone] = ownPhones(1) as [string];
  await put(phone);
  await open(page, address("/audience"));
  await page
    .getByRole("searchbox", { name: "Part of a phone, name or attribute" })
    .fill(phone.replace("+7", "8 "));
  await expect(page).toHaveURL(/[?&]q=8/);
  await expect(page.getByRole("row")).toHaveCount(2);
  await row(page, phone).getByRole("button", { name: "Unsubscribe" }).click();
  await expect(row(page, phone)).toContainText("Unsubscribed");
  await row(page, phone).getByRole("button", { name: "Resubscribe" }).click();
  await expect(page.getByRole("alertdialog")).toContainText("Opt them in again only if they have asked");
  await page.getByRole("alertdialog").getByRole("button", { name: "Resubscribe" }).click();
  await expect(row(page, phone)).toContainText("Active");
});

test("a name is found, and so is a piece of a number; a search that has not seen all says so and goes on", async ({
  page,
}) => {
  const [phone] = ownPhones(1) as [string];
  const name = `Zinaida ${phone.slice(-6)}`;
  await put(phone, { attributes: { name } });
  await open(page, address(`/audience?q=${name.toLowerCase()}`));
  await expect(page.getByRole("row")).toHaveCount(2);
  await expect(row(page, phone)).toContainText("Active");
  // The answer of an installation with more recipients than are searched at once.
  await page.route(/\/recipients\/\?q=nobody/, (route) =>
    route.fulfill({
      json: { items: [], next_cursor: route.request().url().includes("cursor") ? null : "n1000000" },
    }),
  );
  await page.getByRole("searchbox").fill("nobody");
  await expect(page.getByText("Not all were searched yet")).toBeVisible();
  await page.getByRole("button", { name: "Search further" }).click();
  await expect(page.getByText("No recipients match")).toBeVisible();
  await expect(page.getByText("Not all were searched yet")).toBeHidden();
});

test("what is typed into the search and is no number is said, and the filters stay", async ({ page }) => {
  await open(page, address("/audience?tab=suppressions&reason=asked&q=anna"));
  await expect(page.getByRole("main").getByRole("alert")).toContainText("Only digits");
  await expect(page.getByRole("combobox", { name: "Reason" })).toHaveValue("asked");
});

test("a recipient is edited and added with the keyboard alone, and a wrong phone is said at its field", async ({
  page,
}) => {
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

test("tags and operators are added, and what the server refuses is said where it was asked", async ({
  page,
}) => {
  const name = `tag ${Date.now()}`;
  await open(page, address("/audience?tab=tags"));
  await openDialog(page, "New tag");
  await page.getByRole("dialog").getByRole("textbox", { name: "Name" }).fill("VIP");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText("A tag VIP already exists");
  await page.getByRole("dialog").getByRole("textbox", { name: "Name" }).fill(name);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("row", { name })).toBeVisible();

  await open(page, address("/settings/operators"));
  await openDialog(page, "Edit МТС");
  const rate = page.getByRole("dialog").getByLabel("Segments a second (empty: no limit)");
  await rate.fill("-1");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(rate).toHaveAccessibleDescription(/from 0.001 to 100,000/);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
  await openDialog(page, "New operator");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Name" }).fill(name);
  await dialog.getByRole("textbox", { name: "Code" }).fill(name.replace(" ", "-"));
  const price = dialog.getByLabel("Price per segment, RUB");
  await price.fill("-1");
  await page.keyboard.press("Enter");
  await expect(price).toHaveAccessibleDescription(/from 0 to 999999.999999/);
  // As it is written in Russia.
  await price.fill("2,3456");
  await page.keyboard.press("Enter");
  const row = page.getByRole("row", { name });
  await expect(row).toContainText("₽2.3456");
  await openDialog(page, `Edit ${name}`);
  await expect(price).toHaveValue("2.3456");
  await price.fill("");
  await page.keyboard.press("Enter");
  await expect(row).not.toContainText("₽");
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
  await page.getByRole("searchbox", { name: "Phone" }).fill(phone);
  await expect(page.getByRole("list", { name: "Some of the recipients" })).toContainText(`МТС, ${tag}`);
  const now = Date.now();
  const body = {
    timezone: "Europe/Moscow",
    start_datetime: new Date(now).toISOString(),
    end_datetime: new Date(now + 3_600_000).toISOString(),
    message_text: `Hello, ${tag}`,
    filter_tag: tag,
  };
  expect((await call("POST", "/api/v1/dispatches/", body)).status).toBe(201);
  const bubble = page
    .getByRole("log")
    .getByRole("listitem")
    .filter({ hasText: `Hello, ${tag}` });
  await expect(bubble).toContainText("delivered");
  // The server draws it, too.
  await reload(page);
  await expect(bubble).toContainText("delivered");
});

/** By the keyboard. */
async function openDialog(page: Page, button: string): Promise<void> {
  await page.getByRole("button", { name: button, exact: true }).press("Enter");
  await expect(page.getByRole("dialog")).toBeVisible();
}

/**
 * Letters of such an encoding are in the order of the alphabet: in Windows-1251 from 0xC0, in CP866
 * from 0x80, but for the last sixteen.
 */
function inOneByte(text: string, first: number): Buffer {
  const codeOf = (letter: string) =>
    letter >= "А" && letter <= "я" ? letter.charCodeAt(0) - 0x410 + first : letter.charCodeAt(0);
  return Buffer.from([...text].map(codeOf));
}

test("whoever answers STOP by the sandbox phone is opted out, and it can be taken back after a question", async ({
  page,
}) => {
  const [phone] = ownPhones(1) as [string];
  await put(phone);
  await open(page, address(`/phone?phone=${encodeURIComponent(phone)}`));
  await page.getByRole("textbox", { name: "Answer" }).fill("Stop!");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByRole("log").getByText("Stop!")).toBeVisible();
  await open(page, address(`/audience?tab=suppressions&q=${encodeURIComponent(phone)}`));
  await expect(row(page, phone)).toContainText("Replied STOP");
  await row(page, phone).getByRole("button", { name: "Resubscribe" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Resubscribe" }).click();
  await expect(page.getByRole("main")).toContainText("No opt-outs match");
  await find(page, phone);
  await expect(row(page, phone)).toContainText("Active");
});

test("a reply in other words opts out by one click, and a number of nobody's is added by hand", async ({
  page,
}) => {
  const [phone, nobody] = ownPhones(2) as [string, string];
  await call("POST", "/api/v1/sandbox/replies/", { phone, text: "Please never write to me again" });
  await open(page, address(`/audience?tab=replies&q=${encodeURIComponent(phone)}`));
  await expect(row(page, phone)).toContainText("Please never write to me again");
  await row(page, phone).getByRole("button", { name: "Unsubscribe" }).click();
  await expect(row(page, phone)).toContainText("Unsubscribed");
  await expect(row(page, phone).getByRole("button")).toHaveCount(0);

  await open(page, address("/audience?tab=suppressions"));
  await page.getByRole("button", { name: "Add a number" }).click();
  const dialog = page.getByRole("dialog", { name: "Unsubscribe a number" });
  await dialog.getByLabel("Phone").fill("12");
  await dialog.getByRole("button", { name: "Unsubscribe" }).click();
  await expect(dialog).toContainText("not a phone");
  await dialog.getByLabel("Phone").fill(nobody);
  await dialog.getByRole("button", { name: "Unsubscribe" }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole("searchbox", { name: "Part of a phone number" }).fill(nobody);
  await expect(page.getByRole("row")).toHaveCount(2);
  await expect(row(page, nobody)).toContainText("Asked not to");
});

test("an answer that was asked for before a change is not shown after it", async ({ page }) => {
  const [phone, other] = ownPhones(2) as [string, string];
  for (const one of [phone, other]) await put(one);
  await find(page, phone.slice(0, -1));
  await expect(row(page, other)).toBeVisible();
  const changed = page.waitForResponse(
    (response) => response.url().includes("/opt-out/") && response.request().method() === "PUT",
  );
  const asked = new Promise<void>((resolve) => {
    void page.route(
      (url) => url.searchParams.get("q") === phone,
      async (route) => {
        const response = await route.fetch();
        resolve();
        await changed;
        // The page may have given it up.
        await route.fulfill({ response }).catch(() => {});
      },
      { times: 1 },
    );
  });
  await page.getByRole("searchbox").fill(phone);
  await asked;
  await page.getByRole("button", { name: `Unsubscribe ${phone}` }).click();
  await expect(row(page, other)).toBeHidden();
  await expect(page.getByRole("button", { name: `Resubscribe ${phone}` })).toBeVisible();
});
