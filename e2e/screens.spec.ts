import { expect, type Page, test } from "@playwright/test";
import { address, at, call, hour, tomorrow } from "./support/api";
import { expectAccessible, expectNoSidewaysScrolling, open } from "./support/page";
import { few } from "./support/people";

/**
 * Every screen, and what it has to hold beside its own purpose. Those of one line are looked at in
 * one test.
 */
const screens: Record<string, (() => Promise<string[]>) | string[]> = {
  "the overview and the board": ["/", "/dispatches", "/dispatches?view=table", "/dispatches?view=calendar"],
  "a dispatch": async () => {
    const scheduled = await make(tomorrow({ message_text: "Looked at before" }));
    const sent = await make(
      tomorrow({ message_text: "Looked at after", start_datetime: at(-hour), filter_tag: few.tag }),
    );
    await expect
      .poll(async () => (await (await call("GET", `/api/v1${sent}/`)).json()).status)
      .toBe("completed");
    return ["/dispatches/new", scheduled, `${scheduled}/edit`, sent];
  },
  "the audience": [
    "/audience",
    "/audience?tab=import",
    "/audience?tab=tags",
    "/audience?tab=suppressions",
    "/audience?tab=replies",
    "/audience/79100000000",
    "/phone",
  ],
  "settings, status and documents": [
    ...[
      "/settings",
      "/settings/operators",
      "/settings/senders",
      "/settings/quiet-hours",
      "/settings/audit",
      "/settings/webhooks",
    ],
    ...["/status", "/docs", "/docs/errors/validation"],
  ],
};

/** Looked at by tests of their own, but for the narrowest phones. */
const narrowOnly: Record<string, string[]> = {
  "the overview and the board": ["/dispatches?view=drafts", "/dispatches?view=templates"],
  "the audience": ["/audience?tab=audiences"],
};

async function make(body: unknown): Promise<string> {
  const { id } = await (await call("POST", "/api/v1/dispatches/", body)).json();
  return `/dispatches/${id}`;
}

const widths = [1440, 390];
/** The narrowest that phones are, or a desktop at four times its size (WCAG 1.4.10). */
const narrowest = 320;
const themes = ["light", "dark"] as const;
/** The other theme of a page changes colours alone: only the rules about them are asked again. */
const colours = ["color-contrast", "link-in-text-block"];
const rulesOf = { light: undefined, dark: colours };
/**
 * Where one component draws very much, axe looks at the whole once, but for its colours. In each
 * pass it looks at a part, which has all that the component draws.
 */
const partOf: Record<string, string> = {
  "/docs": "header, main > :not(section), section[aria-labelledby=tag-dispatches]",
};
const resize = (page: Page, width: number) => page.setViewportSize({ width, height: 860 });

/** Changes the theme, and waits until the page has it. */
async function wear(page: Page, colorScheme: (typeof themes)[number]): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await expect(page.locator("html")).toHaveAttribute("data-theme", colorScheme);
  await page.evaluate(
    () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
  );
}

/** What a page says in its console that nobody should have to read. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on(
    "console",
    (message) => message.type() === "error" && complaints.push(`${page.url()}: ${message.text()}`),
  );
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
  return complaints;
}

async function visit(page: Page, path: string, language: string): Promise<void> {
  await open(page, address(path));
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", language);
}

for (const [area, paths] of Object.entries(screens)) {
  const pathsOf = async () => (Array.isArray(paths) ? paths : paths());

  test.describe(() => {
    test.use({ locale: "en-GB", contextOptions: { reducedMotion: "reduce" } });

    test(`${area}: axe finds nothing, nothing is too wide and the console is empty, in both themes, on a desktop and a phone`, async ({
      page,
    }) => {
      const complaints = complaintsOf(page);
      for (const path of await pathsOf()) {
        await resize(page, widths[0]!);
        await visit(page, path, "en");
        for (const width of widths) {
          await resize(page, width);
          await expectNoSidewaysScrolling(page);
          for (const colorScheme of themes) {
            await wear(page, colorScheme);
            await expectAccessible(page, partOf[path], rulesOf[colorScheme]);
          }
        }
        await resize(page, narrowest);
        await expectNoSidewaysScrolling(page);
        if (partOf[path]) await expectAccessible(page, "html", undefined, colours);
      }
      expect(complaints).toEqual([]);
    });
  });

  test.describe(() => {
    test.use({ locale: "ru-RU" });

    test(`${area}: in Russian nothing is too wide for a phone and the console is empty`, async ({ page }) => {
      const complaints = complaintsOf(page);
      for (const path of [...(await pathsOf()), ...(narrowOnly[area] ?? [])]) {
        await resize(page, widths[1]!);
        await visit(page, path, "ru");
        await expectNoSidewaysScrolling(page);
        await resize(page, narrowest);
        await expectNoSidewaysScrolling(page);
      }
      expect(complaints).toEqual([]);
    });
  });
}

test("axe finds nothing on a dialog, in both themes", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await open(page, address("/audience"));
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  for (const colorScheme of themes) {
    await wear(page, colorScheme);
    await expectAccessible(page);
  }
});
