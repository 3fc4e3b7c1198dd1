import { expect, type Page, test } from "@playwright/test";
import { address, at, call, hour, tomorrow } from "./support/api";
import { open, shifted, watchShifts } from "./support/page";
import { patient } from "./support/people";

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

test.describe("on a desktop", () => {
  test.use({ viewport: { width: 1440, height: 844 } });

  test("a dispatch that begins while one looks pushes no other aside at once", async ({ page }) => {
    const mark = `Glide ${Date.now()}`;
    const made: string[] = [];
    for (const more of [{ start_datetime: at(-hour / 60) }, {}]) {
      const body = tomorrow({ message_text: `${mark} ${made.length}`, filter_tag: patient.tag, ...more });
      made.push((await (await call("POST", "/api/v1/dispatches/", body)).json()).id);
    }
    const running = page.getByRole("region", { name: "Идут" }).getByRole("article");
    await watchShifts(page);
    await open(page, address(`/dispatches?q=${encodeURIComponent(mark)}`));
    await expect(running).toHaveCount(1);
    await page.evaluate(() => Object.assign(window, { moved: 0 }));
    await call("PATCH", `/api/v1/dispatches/${made[1]}/`, { start_datetime: at(0) });
    await expect(running).toHaveCount(2);
    await expect(running.first()).toContainText(`${mark} 1`);
    await drawn(page);
    // One card that jumps by its height is about 0.01.
    expect(await shifted(page)).toBeLessThan(0.005);
    for (const id of made) await call("POST", `/api/v1/dispatches/${id}/cancel/`);
  });
});
