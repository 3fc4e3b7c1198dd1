import { expect, type Page } from "@playwright/test";
import axe from "axe-core";

/**
 * Opens a page and waits until it has come to life: what is clicked or typed before that is lost.
 */
export async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await untilAlive(page);
}

export async function reload(page: Page): Promise<void> {
  await page.reload();
  await untilAlive(page);
}

/**
 * Turns to a tab, as a person does who goes on there: what lies behind another one is drawn once a
 * second.
 */
export const comeTo = (tab: Page): Promise<void> => tab.bringToFront();

/** Every control that the server has drawn is React's by now. */
async function untilAlive(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    [...document.querySelectorAll("button, input, select, textarea")].every((control) =>
      Object.keys(control).some((key) => key.startsWith("__reactProps$")),
    ),
  );
}

/** Chooses from a list that opens. */
export async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole("button", { name: new RegExp(label) }).click();
  await page.getByRole("option", { name: new RegExp(option) }).click();
}

/** The keys that come next go to what has opened. */
export async function expectFocusIn(page: Page, role: "listbox" | "alertdialog"): Promise<void> {
  await expect(page.locator(`[role=${role}]:focus, [role=${role}] :focus`)).toBeVisible();
}

/**
 * axe finds nothing. It is brought into a page once, and tells violations alone: what it has found
 * to be right is long.
 * @param within a selector
 * @param rules by name; without them all
 * @param others rules that are not asked
 */
export async function expectAccessible(
  page: Page,
  within = "html",
  rules?: string[],
  others: string[] = [],
): Promise<void> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  const found = await page.evaluate(
    async ({ within, rules, others }) => {
      const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(within, {
        resultTypes: ["violations"],
        ...(rules && { runOnly: rules }),
        rules: Object.fromEntries(others.map((rule) => [rule, { enabled: false }])),
      });
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
    },
    { within, rules, others },
  );
  expect(found, page.url()).toEqual([]);
}

/** What charts and lists have to adapt comes a moment after the window's size has changed. */
export async function expectNoSidewaysScrolling(page: Page): Promise<void> {
  const tooWide = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  await expect.poll(tooWide, `pixels that ${page.url()} is too wide`).toBeLessThanOrEqual(0);
}

/** Counts from the next page on how far its content moves without being asked to. */
export const watchShifts = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    const shifts = window as unknown as { moved: number };
    shifts.moved = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as unknown as { value: number; hadRecentInput: boolean }[])
        if (!entry.hadRecentInput) shifts.moved += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
  });

/** The cumulative layout shift of the page by now (https://web.dev/articles/cls). */
export const shifted = (page: Page): Promise<number> =>
  page.evaluate(() => (window as unknown as { moved: number }).moved);
