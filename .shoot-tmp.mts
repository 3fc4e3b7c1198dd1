import { mkdirSync, writeFileSync, readFileSync } from "node:fs";
import { chromium, type Page } from "@playwright/test";
const S = process.env.S!;
const only = process.argv[2] ? new RegExp(process.argv[2]) : /./;
const out = `${S}/out/${process.env.ROUND ?? "r1"}`;
mkdirSync(out, { recursive: true });
const one = "http://127.0.0.1:4611", two = "http://127.0.0.1:4612";
const hero = "%2B79221112233";
type Scene = { name: string; url: string; as?: string; before?: (page: Page, t: (en: string, ru: string) => string) => Promise<unknown>; looks?: string[] };
const press = (en: string, ru = en) => async (page: Page, t: any) => { await page.getByRole("button", { name: t(en, ru), exact: true }).filter({ visible: true }).first().click(); await page.waitForTimeout(600); };
const file = (names: string) => async (page: Page) => { await page.locator("input[type=file]").first().setInputFiles(names); await page.waitForTimeout(2500); };
const scenes: Scene[] = [
  { name: "a01-recipients", url: `${one}/audience` },
  { name: "a02-search", url: `${one}/audience?q=112233` },
  { name: "a03-notall", url: `${one}/audience?q=zzzq` },
  { name: "a04-add", url: `${one}/audience`, before: press("Add", "Добавить") },
  { name: "a05-edit", url: `${one}/audience?q=79221112233`, before: async (p, t) => { await p.getByRole("button", { name: new RegExp(t("^Edit", "^Изменить")) }).first().click(); await p.waitForTimeout(800); } },
  { name: "a06-delete", url: `${one}/audience?q=79221112233`, before: async (p, t) => { await p.getByRole("button", { name: new RegExp(t("^Delete", "^Удалить")) }).first().click(); await p.waitForTimeout(600); } },
  { name: "a07-export", url: `${one}/audience`, before: press("Export", "Выгрузить") },
  { name: "a08-tags", url: `${one}/audience?tab=tags` },
  { name: "a09-tagnew", url: `${one}/audience?tab=tags`, before: press("New tag", "Новый тег") },
  { name: "a10-audiences", url: `${one}/audience?tab=audiences` },
  { name: "a11-audiencenew", url: `${one}/audience?tab=audiences`, before: press("New audience", "Новая аудитория") },
  { name: "a12-suppressions", url: `${one}/audience?tab=suppressions` },
  { name: "a13-suppressnew", url: `${one}/audience?tab=suppressions`, before: press("Add a number", "Добавить номер") },
  { name: "a14-replies", url: `${one}/audience?tab=replies` },
  { name: "a15-import", url: `${one}/audience?tab=import` },
  { name: "a16-importreview", url: `${one}/audience?tab=import`, before: file(`${S}/big.csv`) },
  { name: "a17-importmessy", url: `${one}/audience?tab=import`, before: file(`${S}/08-windows-1252.csv`) },
  { name: "a18-importfirstrow", url: `${one}/audience?tab=import`, before: file(`${S}/noheader.csv`) },
  { name: "a19-undo", url: `${one}/audience?tab=import`, before: async (p, t) => { await p.getByRole("button", { name: t("Undo", "Отменить импорт"), exact: true }).first().click(); await p.waitForTimeout(600); } },
  { name: "p01-person", url: `${one}/audience/${hero}` },
  { name: "p02-unknown", url: `${one}/audience/%2B79990000000` },
  { name: "p03-erase", url: `${one}/audience/${hero}`, before: press("Erase data", "Стереть данные") },
  { name: "p04-out", url: `${one}/audience/%2B79221110011` },
  { name: "s01-operators", url: `${one}/settings/operators` },
  { name: "s02-operator", url: `${one}/settings/operators`, before: press("New operator", "Новый оператор") },
  { name: "s03-gwtest", url: `${one}/settings/operators`, before: async (p, t) => { await p.getByRole("button", { name: new RegExp(t("^Send a test", "^Отправить тест")) }).first().click(); await p.waitForTimeout(600); } },
  { name: "s04-ranges", url: `${one}/settings/operators`, before: async (p) => { await p.locator("input[type=file]").first().setInputFiles(`${S}/ranges.csv`); await p.waitForTimeout(3000); } },
  { name: "s05-senders", url: `${one}/settings/senders` },
  { name: "s06-quiet", url: `${one}/settings/quiet-hours` },
  { name: "s07-keys", url: `${one}/settings` },
  { name: "s08-webhooks", url: `${one}/settings/webhooks`, before: async (p, t) => { await p.getByRole("button", { name: new RegExp(t("^Log", "^Журнал")) }).first().click().catch(() => {}); await p.waitForTimeout(900); } },
  { name: "s09-webhook", url: `${one}/settings/webhooks`, before: press("New webhook", "Новый вебхук") },
  { name: "s10-audit", url: `${one}/settings/audit` },
  { name: "t01-status", url: `${one}/status` },
  { name: "t02-statusopen", url: `${one}/status`, before: async (p) => { await p.locator("summary").first().click(); } },
  { name: "f01-phone", url: `${one}/phone` },
  { name: "f02-phone", url: `${one}/phone?phone=${hero}` },
  { name: "d01-docs", url: `${one}/docs` },
  { name: "d02-doc", url: `${one}/docs#createRecipient`, before: async (p) => { await p.locator("article").nth(3).scrollIntoViewIfNeeded(); await p.locator("article").nth(3).locator("summary").last().click(); } },
  { name: "d03-error", url: `${one}/docs/errors/validation` },
  { name: "e01-notfound", url: `${one}/nothing-here` },
  { name: "e02-notfound-in", url: `${one}/dispatches/01a21c7c-5613-77db-bc95-ad02adecb993` },
  { name: "x01-stop", url: `${one}/audience`, before: press("Stop everything", "Остановить всё") },
  { name: "u01-signin", url: `${two}/sign-in` },
  { name: "u02-signinbad", url: `${two}/sign-in`, before: async (p, t) => { await p.getByLabel(t("E-mail", "Почта")).fill("nobody@example.com"); await p.getByLabel(t("Password", "Пароль")).fill("wrong password"); await p.getByRole("button", { name: t("Sign in", "Войти"), exact: true }).click(); await p.waitForTimeout(1500); } },
  { name: "u03-setup", url: `${two}/setup?token=x` , before: async (p) => { const link = readFileSync(`${S}/invite`, "utf8").trim(); await p.goto(`${two}${link}`); await p.waitForTimeout(1000); } },
  { name: "u04-setupdead", url: `${two}/setup#token=wrong` },
  { name: "u05-statuspublic", url: `${two}/status` },
  { name: "u06-first", url: `${two}/`, as: "admin" },
  { name: "u07-users", url: `${two}/settings`, as: "admin" },
  { name: "u08-invite", url: `${two}/settings`, as: "admin", before: press("Invite", "Пригласить") },
  { name: "u09-keynew", url: `${two}/settings`, as: "admin", before: press("New key", "Новый ключ") },
  { name: "u10-account", url: `${two}/account`, as: "admin" },
  { name: "u11-noaccess", url: `${two}/settings/audit`, as: "viewer" },
  { name: "u12-emptyaudience", url: `${two}/audience`, as: "admin" },
  { name: "u13-emptyaudiences", url: `${two}/audience?tab=audiences`, as: "admin" },
  { name: "u14-emptyout", url: `${two}/audience?tab=suppressions`, as: "admin" },
  { name: "u15-emptyreplies", url: `${two}/audience?tab=replies`, as: "admin" },
  { name: "u16-emptytags", url: `${two}/audience?tab=tags`, as: "admin" },
  { name: "u17-emptyops", url: `${two}/settings/operators`, as: "admin" },
  { name: "u18-emptyhooks", url: `${two}/settings/webhooks`, as: "admin" },
  { name: "u19-firstviewer", url: `${two}/`, as: "viewer" },
  { name: "u20-viewerops", url: `${two}/audience`, as: "viewer" },
];
const looks: Record<string, { width: number; height: number; scheme: "light" | "dark"; locale: "en" | "ru" }> = {
  a: { width: 1440, height: 900, scheme: "light", locale: "en" },
  b: { width: 1440, height: 900, scheme: "dark", locale: "ru" },
  c: { width: 768, height: 1024, scheme: "light", locale: "ru" },
  d: { width: 390, height: 844, scheme: "light", locale: "ru" },
  e: { width: 320, height: 640, scheme: "dark", locale: "en" },
};
const wanted = (process.env.LOOKS ?? "abcde").split("");
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
const notes: string[] = [];
for (const key of wanted) {
  const look = looks[key]!;
  const contexts: Record<string, any> = {};
  for (const scene of scenes.filter(({ name }) => only.test(name))) {
    const who = scene.as ?? "nobody";
    if (!contexts[who]) {
      contexts[who] = await browser.newContext({ viewport: { width: look.width, height: look.height }, colorScheme: look.scheme, locale: look.locale === "ru" ? "ru-RU" : "en-GB", timezoneId: "Europe/Moscow", ...(process.env.FORCED && { forcedColors: "active" }) });
      if (who !== "nobody") { const { email, password } = JSON.parse(readFileSync(`${S}/users.json`, "utf8"))[who]; const r = await contexts[who].request.post(`${two}/api/auth/sign-in/email`, { data: { email, password }, headers: { origin: two } }); if (!r.ok()) console.log("sign in", who, r.status(), await r.text()); }
    }
    const page: Page = await contexts[who].newPage();
    page.on("pageerror", (error) => notes.push(`${scene.name} ${key} pageerror ${error.message}`));
    page.on("console", (m) => m.type() === "error" && notes.push(`${scene.name} ${key} console ${m.text().slice(0, 200)}`));
    const t = (en: string, ru: string) => look.locale === "ru" ? ru : en;
    try {
      await page.goto(scene.url);
      await page.waitForTimeout(900);
      if (scene.before) await scene.before(page, t);
      if (process.env.PRINT) await page.emulateMedia({ media: "print" });
      const found = await page.evaluate(() => {
        const found: string[] = [];
        const wide = document.documentElement.scrollWidth - window.innerWidth;
        if (wide > 0) found.push(`page ${wide}px too wide`);
        for (const el of document.querySelectorAll<HTMLElement>("body *")) {
          const style = getComputedStyle(el);
          if (el.closest(".sr-only") || style.display === "none") continue;
          const r = el.getBoundingClientRect();
          if (r.width <= 1 || r.height <= 1) continue;
          if (el.children.length === 0 && el.textContent?.trim() && ["hidden", "clip"].includes(style.overflowX) && el.scrollWidth > el.clientWidth + 1 && style.overflowWrap !== "x") found.push(`cut: ${el.tagName} "${el.textContent.trim().slice(0, 60)}" ${el.scrollWidth}>${el.clientWidth}`);
          if (/^(BUTTON|A)$/.test(el.tagName) && r.right > window.innerWidth + 1 && !el.closest(".overflow-x-auto")) found.push(`off: ${el.tagName} "${(el.textContent || el.getAttribute("aria-label") || "").slice(0, 40)}"`);
          if (el.tagName === "BUTTON" && !el.textContent?.trim() && !el.title) found.push(`no tooltip: ${el.getAttribute("aria-label")}`);
          if (/overflow-x-auto/.test(el.className?.toString?.() ?? "") && el.scrollWidth > el.clientWidth + 1) found.push(`scrolls sideways: ${el.tagName}.${el.className.toString().slice(0, 30)} ${el.scrollWidth}>${el.clientWidth}`);
        }
        return found.slice(0, 12);
      });
      for (const one of found) notes.push(`${scene.name} ${key} ${one}`);
      const full = await page.evaluate(() => document.documentElement.scrollHeight);
      const isDialog = await page.locator("[role=alertdialog],[role=dialog]").count();
      const height = isDialog ? look.height : Math.min(full, look.width >= 1440 ? 1300 : 1700);
      await page.setViewportSize({ width: look.width, height: Math.max(look.height, height) });
      await page.waitForTimeout(250);
      await page.screenshot({ path: `${out}/${scene.name}-${key}.png` });
    } catch (error) { notes.push(`${scene.name} ${key} FAILED ${(error as Error).message.slice(0, 300)}`); }
    await page.close();
  }
  for (const context of Object.values(contexts)) await context.close();
}
await browser.close();
writeFileSync(`${out}/notes-${wanted.join("")}.txt`, notes.join("\n"));
console.log(notes.join("\n"));
