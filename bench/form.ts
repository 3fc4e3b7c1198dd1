import { loadavg } from "node:os";
import { chromium } from "@playwright/test";
import { startCarillon } from "@/e2e/support/start-carillon";
import { findBrowser } from "@/scripts/browser";

/**
 * What a key costs in the form of a dispatch. `npx tsx bench/form.ts` starts a Carillon of its own
 * with the demo data, and types three texts.
 */
const KEYS = 60;
const TEXTS = 3;
/** A quick typist's. The forecast is asked for when nothing was typed for longer. */
const BETWEEN_MS = 30;
const SETTLE_MS = 2_000;

const carillon = await startCarillon({ LOG_LEVEL: "error" });
try {
  const browser = await chromium.launch({
    executablePath: await findBrowser(console.log),
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: "en-GB" });
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    const read = async (name: string) =>
      (await session.send("Performance.getMetrics")).metrics.find((metric) => metric.name === name)!.value;

    await page.goto(`${carillon.url}/dispatches/new`);
    await page.waitForTimeout(SETTLE_MS);
    await page.getByLabel("Message").focus();
    console.log(`load average ${loadavg()[0]!.toFixed(1)}`);
    for (let text = 1; text <= TEXTS; text++) {
      const [task, script] = [await read("TaskDuration"), await read("ScriptDuration")];
      for (let key = 0; key < KEYS; key++) {
        await page.keyboard.type("abcdefghij"[key % 10]!);
        await page.waitForTimeout(BETWEEN_MS);
      }
      const ofKey = (s: number) => ((s * 1_000) / KEYS).toFixed(1);
      console.log(
        `text ${text}: ${ofKey((await read("TaskDuration")) - task)} ms of the page's thread a key, ` +
          `${ofKey((await read("ScriptDuration")) - script)} of them script`,
      );
      await page.waitForTimeout(SETTLE_MS);
    }
  } finally {
    await browser.close();
  }
} finally {
  await carillon.stop();
}
