import { expect, type Page, test } from "@playwright/test";
import { address, at, call, tomorrow } from "./support/api";
import { open, shifted, watchShifts } from "./support/page";

// What one reads stays where it is while the rest comes. Words are long in Russian, phones narrow.
test.use({ locale: "ru-RU", viewport: { width: 390, height: 844 } });

const drawn = (page: Page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));

/** Holds back what the page asks for, until the returned function is called. */
async function holdBack(page: Page, url: string | RegExp): Promise<() => number> {
  const held: (() => void)[] = [];
  let isOpen = false;
  await page.route(url, async (route) => {
    if (!isOpen) await new Promise<void>((go) => held.push(go));
    await route.continue().catch(() => {});
  });
  return () => {
    isOpen = true;
    return held.map((go) => go()).length;
  };
}

test("a font that comes late moves nothing", async ({ page }) => {
  await watchShifts(page);
  for (const path of [`/dispatches?view=table&q=${Date.now()}`, "/settings", "/audience"]) {
    const letGo = await holdBack(page, "**/*.woff2");
    const opened = open(page, address(path));
    // It is read by now, in whatever font there is.
    await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    expect(letGo()).toBeGreaterThan(0);
    await opened;
    await page.evaluate(() => document.fonts.ready);
    await drawn(page);
    expect(await shifted(page), path).toBeLessThan(0.02);
    await page.unrouteAll({ behavior: "ignoreErrors" });
  }
});

test("answers that come late move nothing", async ({ page }) => {
  const phone = `+7916${String(Date.now() % 10_000_000).padStart(7, "0")}`;
  const tag = `Shift ${Date.now()}`;
  await call("POST", "/api/v1/tags/", { name: tag });
  const body = { tags: [tag], attributes: { first_name: "Anna" } };
  await call("PUT", `/api/v1/recipients/${encodeURIComponent(phone)}/`, body);
  const dispatch = tomorrow({ message_text: "{{first_name|friend}}, come to us", filter_tag: tag });
  const { id } = await (await call("POST", "/api/v1/dispatches/", dispatch)).json();
  const today = at(0).slice(0, 10);
  await watchShifts(page);
  for (const [path, shows] of [
    [`/dispatches/${id}/edit`, "Anna"],
    [`/dispatches?view=calendar&day=${today}`, "Загрузка операторов по часам"],
    [`/audience/${phone.slice(1, -3)}000`, "Ответы"],
    ["/dispatches?view=drafts", "Черновик"],
    ["/settings/webhooks", "Вебхуки"],
  ] as const) {
    const letGo = await holdBack(page, /\/api\/v1\//);
    await open(page, address(path));
    await drawn(page);
    letGo();
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await expect(page.getByText(shows).first()).toBeAttached();
    await drawn(page);
    expect(await shifted(page), path).toBeLessThan(0.02);
  }
  await call("POST", `/api/v1/dispatches/${id}/cancel/`);
});

test("the review of a file moves nothing", async ({ page }) => {
  await watchShifts(page);
  await open(page, address("/audience?tab=import"));
  await expect(page.getByRole("heading", { name: "Импорты" })).toBeVisible();
  const letGo = await holdBack(page, /\/api\/v1\/recipients\/import\//);
  const file = {
    name: `moves-${Date.now()}.csv`,
    mimeType: "text/csv",
    buffer: Buffer.from("phone\n+79160000001\nx\n"),
  };
  await page.locator("input[type=file]").setInputFiles(file);
  await drawn(page);
  letGo();
  await expect(page.getByRole("heading", { name: "Проверьте файл" })).toBeVisible();
  await drawn(page);
  expect(await shifted(page)).toBeLessThan(0.02);
});
