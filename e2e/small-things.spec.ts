import { readFile } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import { address, at, call, tomorrow } from "./support/api";
import { open } from "./support/page";
import { few, patient } from "./support/people";

const make = async (body: unknown) =>
  (await (await call("POST", "/api/v1/dispatches/", body)).json()).id as string;
const statusOf = async (id: string) => (await (await call("GET", `/api/v1/dispatches/${id}/`)).json()).status;

test("a tab tells the state of its dispatch and how far it is, also when one comes from another page", async ({
  page,
}) => {
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

test("a page whose texts fail to come can be read, and comes to life with them; browsers keep them", async ({
  page,
}) => {
  let asked = 0;
  await page.route("**/texts/**", (route) => (asked++ < 2 ? route.abort() : route.continue()));
  const came = page.waitForResponse((answer) => answer.url().includes("/texts/"));
  await open(page, address("/dispatches"));
  const texts = await came;
  expect(asked).toBeGreaterThan(2);
  expect(texts.headers()["cache-control"]).toContain("immutable");
  await page.getByRole("button", { name: "Stop everything" }).click();
  await expect(page.getByRole("alertdialog")).toBeVisible();
  const another = await call("GET", "/texts/en?v=another");
  expect(another.headers.get("cache-control")).toBe("no-store");
  expect((await call("GET", "/texts/xx")).status).toBe(404);
});

test("buttons that show an icon alone say what they do, as a tooltip too", async ({ page }) => {
  const text = `Icons ${Date.now()}`;
  const id = await make(tomorrow({ message_text: text, start_datetime: at(0), filter_tag: patient.tag }));
  await expect.poll(() => statusOf(id)).toBe("running");
  for (const path of [
    `/dispatches?q=${encodeURIComponent(text)}`,
    "/audience",
    "/settings",
    "/settings/operators",
    "/dispatches/new",
  ]) {
    await open(page, address(path));
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    const mute = () =>
      page.evaluate(() =>
        // The arrow of a field that suggests is part of the field, and no place of the keyboard's.
        [...document.querySelectorAll<HTMLElement>("main button:not([tabindex='-1'])")]
          .filter((button) => button.textContent === "" && !button.title)
          .map(({ outerHTML }) => outerHTML),
      );
    expect(await mute()).toEqual([]);
  }
  await call("POST", `/api/v1/dispatches/${id}/cancel/`);
});

test("what loads for long says so in words", async ({ page }) => {
  const id = await make(
    tomorrow({ message_text: `Hangs ${Date.now()}`, start_datetime: at(-60_000), filter_tag: few.tag }),
  );
  await expect.poll(() => statusOf(id)).toBe("completed");
  // Messages are read by the page itself; this reading never comes back.
  await page.route(/\/messages\//, () => {});
  await open(page, address(`/dispatches/${id}`));
  const words = page.getByRole("region", { name: "Messages" }).getByText("The server is slow to answer");
  await expect(words).toBeVisible();
});

test("where an older answer is shown while the next one hangs, that is said", async ({ page }) => {
  await open(page, address("/dispatches?view=table"));
  await page.route(/\/dispatches\/\?.*q=hangs/, () => {});
  await page.getByRole("searchbox").first().fill("hangs");
  await expect(page).toHaveURL(/q=hangs/);
  await expect(page.getByRole("row").nth(1)).toBeVisible();
  await expect(page.getByText("The server is slow to answer")).toBeVisible();
});

test("a notice about the connection goes when it is back, but not before it could be read", async ({
  page,
}) => {
  await page.clock.install();
  await open(page, address("/dispatches/new"));
  await page.getByRole("textbox", { name: "Message" }).fill(`Away ${Date.now()}`);
  await expect(page.getByText(/^2\d,\d{3} recipients$/)).toBeVisible();
  await page.route(/\/preview\//, (route) => route.abort());
  // The time has gone on by a minute: this preview is asked for anew.
  await page.getByRole("button", { name: "Start now" }).click();
  await page.getByRole("button", { name: "Review and schedule" }).click();
  const notice = page.getByText("What you typed is still here");
  await expect(notice).toBeVisible();
  // Whoever comes back to a tab has its polls answered at once.
  const answered = new Promise<void>((done) =>
    page.route(/\/sending\//, async (route) => route.fulfill({ response: await route.fetch() }).then(done)),
  );
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await answered;
  await page.evaluate(() => new Promise((drawn) => setTimeout(() => requestAnimationFrame(drawn))));
  expect(await notice.isVisible()).toBe(true);
  await page.unroute(/\/preview\//);
  await page.clock.fastForward(10_000);
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
  await expect(dialog.getByText("Discard what you typed?")).toBeVisible();
  await dialog.getByRole("button", { name: "Keep editing" }).click();
  await expect(dialog.getByLabel("Phone")).toHaveValue("+7916");
  await page.keyboard.press("Escape");
  await dialog.getByRole("button", { name: "Discard" }).click();
  await expect(dialog).toBeHidden();
});

test("in a file without a header the first row is asked about, and nobody in it is lost", async ({
  page,
}) => {
  await open(page, address("/audience?tab=import"));
  const text = "+79981110001;Anna\r\n+79981110002;Boris\r\n";
  await page
    .getByLabel("Choose a file")
    .last()
    .setInputFiles({ name: "bare.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  const start = page.getByRole("button", { name: /^Import/ });
  await expect(page.getByText("The first line has a phone number.").first()).toBeVisible();
  await expect(start).toBeDisabled();
  await page.getByLabel("A recipient: the file has no header").check();
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
  const washOf = () =>
    page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--accent-wash"));
  const light = await washOf();
  // Paper is white and as wide as it is, whatever the screen is like.
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  expect(await washOf()).toBe(light);
  expect((await page.getByRole("main").boundingBox())?.width).toBeGreaterThan(1_000);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(text);
  await expect(page.getByRole("navigation")).toBeHidden();
  await expect(page.locator("button:visible")).toHaveCount(0);
});

test("what is under way shows so at once, and a second press does nothing", async ({ page }) => {
  const id = await make(
    tomorrow({ message_text: `Busy ${Date.now()}`, start_datetime: at(0), filter_tag: patient.tag }),
  );
  await expect.poll(() => statusOf(id)).toBe("running");
  await open(page, address(`/dispatches/${id}`));
  let goOn = () => {};
  const held = new Promise<void>((done) => {
    goOn = done;
  });
  let asked = 0;
  await page.route(/\/pause\//, async (route) => {
    asked += 1;
    await held;
    await route.continue();
  });
  const pause = page.getByRole("button", { name: "Pause" });
  await expect(pause).not.toHaveAttribute("aria-busy");
  await pause.click();
  await expect(pause).toHaveAttribute("aria-busy", "true");
  await expect(pause).toBeFocused();
  await page.keyboard.press("Enter");
  goOn();
  await expect(page.getByRole("button", { name: "Resume" })).not.toHaveAttribute("aria-busy");
  expect(asked).toBe(1);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Cancel dispatch" }).click();
  const sure = page.getByRole("alertdialog").getByRole("button").last();
  let goOnToo = () => {};
  await page.route(/\/cancel\//, async (route) => {
    await new Promise<void>((done) => {
      goOnToo = done;
    });
    await route.continue();
  });
  await sure.click();
  await expect(sure).toHaveAttribute("aria-busy", "true");
  goOnToo();
  await expect.poll(() => statusOf(id)).toBe("cancelled");
});

test("a link without a connection keeps the app, and leads on when it is back", async ({ page, context }) => {
  const text = `Offline ${Date.now()}`;
  await make(tomorrow({ message_text: text }));
  await open(page, address(`/dispatches?q=${encodeURIComponent(text)}`));
  await context.setOffline(true);
  await page.getByRole("link", { name: "Audience" }).click();
  await expect(page.getByText("Can't reach the server.")).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Dispatches");
  await expect(page.getByRole("link", { name: text })).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Audience");
  await expect(page.getByText("Can't reach the server.")).toBeHidden();
});

test("lists to choose from look like the other controls", async ({ page }) => {
  for (const path of ["/dispatches?view=table", "/audience"]) {
    await open(page, address(path));
    const lists = page.locator("main select");
    await expect(lists.first()).toBeVisible();
    for (const list of await lists.all()) await expect(list).toHaveCSS("appearance", "none");
  }
});

test("the rejected rows of an import are imported again when they are mended", async ({ page }, info) => {
  const history = page.getByRole("region", { name: "Imports" }).getByRole("listitem");
  const upload = async (name: string, text: string) => {
    await page
      .getByLabel("Choose a file")
      .last()
      .setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
    await page.getByRole("button", { name: /^Import \d/ }).click();
  };
  await open(page, address("/audience?tab=import"));
  const note = `=1+1; "so" ${Date.now()}`;
  const quoted = `"${note.replaceAll('"', '""')}"`;
  await upload(
    "faults.csv",
    `phone,timezone,note\n+79981120001,,fine\n+7998112000,Asia/Omsk,${quoted}\n12,,short\n`,
  );
  const first = history.filter({ hasText: "faults.csv" }).first();
  await expect(first).toContainText("2 rejected");
  const [download] = await Promise.all([page.waitForEvent("download"), first.getByRole("link").click()]);
  const file = info.outputPath("errors.csv");
  await download.saveAs(file);
  const errors = await readFile(file, "utf8");
  expect(errors).toContain("error_line,error_reason,phone,timezone,note");
  await upload("mended.csv", errors.replace("+7998112000,", "+79981120002,"));
  const second = history.filter({ hasText: "mended.csv" }).first();
  await expect(second).toContainText("1 new");
  await expect(second).toContainText("1 rejected");
  const person = await (await call("GET", "/api/v1/recipients/%2B79981120002/")).json();
  expect(person).toMatchObject({ timezone: "Asia/Omsk", attributes: { note } });
  expect(Object.keys(person.attributes)).toEqual(["note"]);
});

/** A window of years hence, in a zone of its own. */
const later = (text: string) =>
  make(
    tomorrow({
      message_text: text,
      timezone: "Asia/Omsk",
      start_datetime: "2030-01-21T15:26:00Z",
      end_datetime: "2030-01-21T18:26:00Z",
    }),
  );

test("where there is no page, the menu and the theme stay", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await open(page, address(`/dispatches/${crypto.randomUUID()}`));
  await expect(page.getByRole("heading", { name: "Page not found" })).toBeVisible();
  await expect(page.getByRole("main")).toHaveCount(1);
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.getByRole("main").getByRole("link").click();
  await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
});

test("a window of no length says so in words", async ({ page }) => {
  const { start_datetime: start } = tomorrow();
  const id = await make(tomorrow({ start_datetime: start, end_datetime: start }));
  await open(page, address(`/dispatches/${id}`));
  await expect(page.getByText("less than a minute")).toBeVisible();
});

for (const [locale, list, own] of [
  ["en-US", "Jan 21, 2030, 6:26 PM", /9:26 PM → .*12:26 AM · Omsk/],
  ["en-GB", "21 Jan 2030, 18:26", /21:26 → .*00:26 · Omsk/],
  ["ru-RU", "21 янв. 2030 г., 18:26", /21:26 → .*00:26 · Омск/],
] as const)
  test.describe(`to a browser in ${locale}`, () => {
    test.use({ locale });

    test("times are written in its way, by the server too, and tell UTC when one points at them", async ({
      page,
    }) => {
      const text = `Clock ${locale} ${Date.now()}`;
      const id = await later(text);
      const broken: string[] = [];
      page.on("pageerror", ({ message }) => broken.push(message));
      // The first visit tells the server where it is.
      await open(page, address("/"));
      await expect.poll(() => page.evaluate(() => document.cookie)).toContain("zone=Europe/Moscow");
      for (const path of [
        `/dispatches?q=${encodeURIComponent(text)}`,
        `/dispatches?view=table&q=${encodeURIComponent(text)}`,
      ]) {
        const html = await (await page.goto(address(path)))?.text();
        expect(html).toContain(list);
        await open(page, address(path));
        const time = page.locator("time").filter({ hasText: list });
        await expect(time).toBeVisible();
        await expect(time).toHaveAttribute("title", "2030-01-21 15:26:00 UTC");
      }
      await open(page, address(`/dispatches/${id}`));
      await expect(page.getByText(own)).toBeVisible();
      expect(broken).toEqual([]);
    });
  });

test("each screen says the zone of its times once", async ({ page }) => {
  const text = `Zone ${Date.now()}`;
  const id = await later(text);
  for (const path of [
    "/",
    `/dispatches?q=${encodeURIComponent(text)}`,
    `/dispatches?view=table&q=${encodeURIComponent(text)}`,
    "/audience?tab=import",
    "/phone",
    "/settings",
    "/settings/audit",
    "/settings/webhooks",
  ]) {
    await open(page, address(path));
    await expect(page.getByText("Times in Moscow")).toHaveCount(1);
    await expect(page.getByText("· Moscow")).toHaveCount(0);
  }
  await open(page, address(`/dispatches/${id}`));
  await expect(page.getByRole("region", { name: "History" }).locator("time").first()).toBeVisible();
  await expect(page.getByText("Omsk")).toHaveCount(1);
});

test.describe("in Russian", () => {
  test.use({ locale: "ru-RU" });

  test("history says in words who did what, and clocks have 24 hours", async ({ page }) => {
    const id = await make(
      tomorrow({
        message_text: `Кто ${Date.now()}`,
        start_datetime: "2030-01-21T15:26:00Z",
        end_datetime: "2030-01-21T18:26:00Z",
      }),
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
