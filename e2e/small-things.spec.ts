import { expect, test } from "@playwright/test";
import { address, at, call, tomorrow } from "./api";
import { open } from "./page";
import { few, patient } from "./people";

const make = async (body: unknown) => (await (await call("POST", "/api/v1/dispatches/", body)).json()).id as string;
const statusOf = async (id: string) => (await (await call("GET", `/api/v1/dispatches/${id}/`)).json()).status;

test("a tab tells the state of its dispatch and how far it is, also when one comes from another page", async ({ page }) => {
  const text = `Tab ${Date.now()}`;
  const id = await make(tomorrow({ message_text: text, start_datetime: at(0), filter_tag: patient.tag }));
  await expect.poll(() => statusOf(id)).toBe("running");
  await open(page, address(`/dispatches?q=${encodeURIComponent(text)}`));
  await page.getByRole("link", { name: text }).click();
  await expect(page).toHaveTitle(new RegExp(`^\\d+% · Running · ${text} · Carillon$`));
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(page).toHaveTitle(/ · Paused · /);
  await call("POST", `/api/v1/dispatches/${id}/cancel/`);
  await expect(page).toHaveTitle(/ · Cancelled · /);
  await page.getByRole("link", { name: "Dispatches" }).click();
  await expect(page).toHaveTitle("Dispatches · Carillon");
});

test("the address that browsers ask for an icon has one", async () => {
  const answer = await call("GET", "/favicon.ico");
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toContain("icon");
});

test("buttons that show an icon alone say what they do, as a tooltip too", async ({ page }) => {
  const text = `Icons ${Date.now()}`;
  const id = await make(tomorrow({ message_text: text, start_datetime: at(0), filter_tag: patient.tag }));
  await expect.poll(() => statusOf(id)).toBe("running");
  for (const path of [`/dispatches?q=${encodeURIComponent(text)}`, "/audience", "/settings"]) {
    await open(page, address(path));
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    const mute = () =>
      page.evaluate(() =>
        [...document.querySelectorAll("main button")]
          .filter((button) => button.textContent === "" && !(button as HTMLElement).title)
          .map(({ outerHTML }) => outerHTML),
      );
    expect(await mute()).toEqual([]);
  }
  await call("POST", `/api/v1/dispatches/${id}/cancel/`);
});

test("what loads for long says so in words", async ({ page }) => {
  const id = await make(tomorrow({ message_text: `Hangs ${Date.now()}`, start_datetime: at(-60_000), filter_tag: few.tag }));
  await expect.poll(() => statusOf(id)).toBe("completed");
  // Messages are read by the page itself; this reading never comes back.
  await page.route(/\/messages\//, () => {});
  await open(page, address(`/dispatches/${id}`));
  const words = page.getByRole("region", { name: "Messages" }).getByText("The server takes long to answer");
  await expect(words).toBeVisible();
});

test("a notice about the connection goes when it is back", async ({ page }) => {
  await open(page, address("/dispatches/new"));
  await page.getByRole("textbox", { name: "Message" }).fill(`Away ${Date.now()}`);
  await expect(page.getByText(/^2\d,\d{3} recipients$/)).toBeVisible();
  await page.route(/\/preview\//, (route) => route.abort());
  // The time has gone on by a minute: this preview is asked for anew.
  await page.getByRole("button", { name: "Start now" }).click();
  await page.getByRole("button", { name: "Review and schedule" }).click();
  const notice = page.getByText("Nothing you typed is lost");
  await expect(notice).toBeVisible();
  await page.unroute(/\/preview\//);
  await expect(notice).toBeHidden();
});

test("Escape asks before it discards what was typed, and not before", async ({ page }) => {
  await open(page, address("/audience"));
  const dialog = page.getByRole("dialog");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await dialog.getByLabel("Phone").fill("+7916");
  await page.keyboard.press("Escape");
  await expect(dialog.getByText("What you typed would be lost.")).toBeVisible();
  await dialog.getByRole("button", { name: "Go on" }).click();
  await expect(dialog.getByLabel("Phone")).toHaveValue("+7916");
  await page.keyboard.press("Escape");
  await dialog.getByRole("button", { name: "Discard it" }).click();
  await expect(dialog).toBeHidden();
});

test("in a file without a header the first row is asked about, and nobody in it is lost", async ({ page }) => {
  await open(page, address("/audience?tab=import"));
  const text = "+79981110001;Anna\r\n+79981110002;Boris\r\n";
  await page
    .getByLabel("Choose a file")
    .last()
    .setInputFiles({ name: "bare.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  const start = page.getByRole("button", { name: "Import", exact: true });
  await expect(page.getByText("There is a phone in the first line.").first()).toBeVisible();
  await expect(start).toBeDisabled();
  await page.getByLabel("Somebody: the file has no header").check();
  await expect(page.getByRole("row").filter({ hasText: "+79981110001" })).toBeVisible();
  await start.click();
  await expect(page.getByText("or drop it here")).toBeVisible();
  await expect.poll(async () => (await call("GET", "/api/v1/recipients/%2B79981110001/")).status).toBe(200);
  const { attributes } = await (await call("GET", "/api/v1/recipients/%2B79981110002/")).json();
  expect(attributes).toEqual({ "Column 2": "Boris" });
});

test("a page is printed without what one presses", async ({ page }) => {
  const text = `Printed ${Date.now()}`;
  const id = await make(tomorrow({ message_text: text }));
  await open(page, address(`/dispatches/${id}`));
  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(text);
  await expect(page.getByRole("navigation")).toBeHidden();
  await expect(page.locator("button:visible")).toHaveCount(0);
});

test.describe("in Russian", () => {
  test.use({ locale: "ru-RU" });

  test("history says in words who did what, and clocks have 24 hours", async ({ page }) => {
    const id = await make(
      tomorrow({ message_text: `Кто ${Date.now()}`, start_datetime: "2030-01-21T15:26:00Z", end_datetime: "2030-01-21T18:26:00Z" }),
    );
    await open(page, address(`/dispatches/${id}`));
    await expect(page.getByRole("region", { name: "История" })).toContainText("без входа");
    await expect(page.getByText(/18:26 → .*21:26/)).toBeVisible();
  });

  test("the API's reference is in Russian, too", async ({ page }) => {
    await open(page, address("/docs"));
    const article = page.getByRole("article").filter({ hasText: "/api/v1/dispatches/{id}/pause/" });
    await expect(article).toContainText("Приостановить");
    await expect(article).toContainText("Через секунду ничего не отправляется.");
    const contents = page.getByRole("navigation", { name: "Все вызовы" }).getByRole("link");
    for (const words of await contents.allInnerTexts()) expect(words).toMatch(/^[А-Я]/);
  });
});
