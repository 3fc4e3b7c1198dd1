import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type Browser, chromium, type Page } from "@playwright/test";
import { startCarillon } from "@/e2e/support/start-carillon";
import { findBrowser } from "./browser";

/**
 * `npm run screenshots`: every screen, desktop light and dark and on a phone, into a folder of its
 * own in docs/screenshots/.
 */
const folder = join(import.meta.dirname, "..", "docs", "screenshots");
const hour = 3_600_000;
const looks = [
  { name: "light", width: 1440, height: 900, colorScheme: "light" },
  { name: "dark", width: 1440, height: 900, colorScheme: "dark" },
  { name: "phone", width: 390, height: 844, colorScheme: "light" },
] as const;

const WAIT_MS_MAX = 60_000;

interface Dispatch {
  id: string;
  status: string;
  progress: { accepted: number };
}

const executablePath = await findBrowser(console.log);
const { url, stop } = await startCarillon();

async function call(method: "GET" | "POST", path: string, body?: unknown): Promise<Dispatch> {
  const answer = await fetch(`${url}/api/v1/${path}`, {
    method,
    ...(body !== undefined && {
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Dispatch;
}

async function until({ id }: Dispatch, what: string, isSo: (dispatch: Dispatch) => boolean): Promise<void> {
  const giveUpMs = Date.now() + WAIT_MS_MAX;
  for (;;) {
    const dispatch = await call("GET", `dispatches/${id}/`);
    if (isSo(dispatch)) return;
    if (Date.now() > giveUpMs)
      throw new Error(`not ${what} within ${WAIT_MS_MAX} ms: ${JSON.stringify(dispatch)}`);
    await setTimeout(250);
  }
}

function dispatch(message_text: string, startMs: number, endMs: number, filter: Record<string, string> = {}) {
  const at = (ms: number) => new Date(Date.now() + ms).toISOString();
  return call("POST", "dispatches/", {
    timezone: "Europe/Moscow",
    start_datetime: at(startMs),
    end_datetime: at(endMs),
    message_text,
    ...filter,
  });
}

/** A day in the life of a marketer. */
async function fill(): Promise<string> {
  const sent = await dispatch("Staff: the meeting is at 17:00 today, room 4.", 0, hour, {
    filter_tag: "Сотрудники",
  });
  const expired = await dispatch("The window of this one was too short for everybody.", 0, 4_000, {
    filter_mobile_operator_code: "t2",
  });
  const cancelled = await dispatch("A text that was wrong", 10 * hour, 12 * hour, { filter_tag: "VIP" });
  await call("POST", `dispatches/${cancelled.id}/cancel/`);
  await dispatch(
    "Tomorrow from 10:00 to 14:00 your account will be unavailable: planned works.",
    3 * hour,
    6 * hour,
    {
      filter_tag: "Клиенты",
    },
  );
  await dispatch("VIP preview starts tonight at eight", 5 * hour, 8 * hour, { filter_tag: "VIP" });
  await dispatch("A reminder about your open invoice", 20 * hour, 26 * hour, { filter_tag: "Должники" });
  await until(sent, "completed", ({ status }) => status === "completed");
  await until(expired, "expired", ({ status }) => status === "expired");
  const paused = await dispatch("Come to the opening of our new shop, 12 Bell Street!", 0, 3 * hour, {
    filter_mobile_operator_code: "beeline",
  });
  const running = await dispatch("20 % off everything until Sunday. Show this message at the till.", 0, hour);
  for (const one of [paused, running])
    await until(one, "part of the way", ({ progress }) => progress.accepted >= 300);
  await call("POST", `dispatches/${paused.id}/pause/`);
  return running.id;
}

async function shoot(page: Page, path: string, screen: string, look: string): Promise<void> {
  await page.goto(`${url}${path}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  // Figures have come in, charts and columns stand still.
  await page.waitForTimeout(1_500);
  if (screen === "new") {
    await page
      .getByRole("textbox", { name: "Message" })
      .fill("{{имя|Friends}}, 20 % off everything until Sunday. Show this message at the till.");
    await page.getByRole("checkbox", { name: /Personal text/ }).check();
    await page.getByRole("heading", { name: "What recipients will read" }).waitFor();
    await page.waitForTimeout(1_500);
  }
  await page.screenshot({ path: join(folder, screen, `${look}.png`) });
}

async function draw(browser: Browser): Promise<void> {
  const running = await fill();
  const screens = {
    board: "/dispatches",
    dispatch: `/dispatches/${running}`,
    overview: "/",
    new: "/dispatches/new",
    table: "/dispatches?view=table",
    calendar: "/dispatches?view=calendar",
    audience: "/audience",
    audiences: "/audience?tab=audiences",
    suppressions: "/audience?tab=suppressions",
    replies: "/audience?tab=replies",
    import: "/audience?tab=import",
    operators: "/settings/operators",
    hours: "/settings/quiet-hours",
    phone: "/phone",
    status: "/status",
    audit: "/settings/audit",
  };
  for (const { name, width, height, colorScheme } of looks) {
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme,
      locale: "en-GB",
      timezoneId: "Europe/Moscow",
    });
    const page = await context.newPage();
    for (const [screen, path] of Object.entries(screens)) await shoot(page, path, screen, name);
    await context.close();
  }
}

try {
  await rm(folder, { recursive: true, force: true });
  const browser = await chromium.launch({
    ...(executablePath && { executablePath }),
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic"],
  });
  try {
    await draw(browser);
  } finally {
    await browser.close();
  }
} finally {
  await stop();
}
