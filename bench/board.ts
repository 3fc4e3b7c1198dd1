import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import postgres from "postgres";
import { type Running, startCarillon } from "@/e2e/support/start-carillon";
import { findBrowser } from "@/scripts/browser";
import { startPostgres } from "@/scripts/postgres";
import { fillDispatches } from "./fill-dispatches";

/**
 * What the board costs the server and a browser: 10,000 dispatches, 50 of them running through the
 * sandbox. `npx tsx bench/board.ts` starts a Carillon of its own with an empty folder of data,
 * fills it, looks at the board for 20 s, pauses the 50, and looks again.
 */
const DISPATCHES = 10_000;
const RUNNING = 50;
const LOOK_MS = 20_000;
const HOUR_MS = 3_600_000;

const directory = await mkdtemp(join(tmpdir(), "carillon-bench-"));
const database = await startPostgres({ directory: join(directory, "postgres") });
try {
  const carillon = await startCarillon({ LOG_LEVEL: "error", DATABASE_URL: database.url });
  try {
    const sql = postgres(database.url, { max: 1 });
    await fillDispatches(sql, DISPATCHES);
    await sql.end();
    await measure(carillon);
  } finally {
    await carillon.stop();
  }
} finally {
  await database.stop();
  await rm(directory, { recursive: true, force: true });
}

async function measure({ url }: Running): Promise<void> {
  const at = (fromNowMs: number) => new Date(Date.now() + fromNowMs).toISOString();
  const post = async (path: string, body?: unknown): Promise<{ id: string }> => {
    const answer = await fetch(`${url}/api/v1/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json() as Promise<{ id: string }>;
  };
  const create = (i: number, startMs: number) =>
    post("dispatches/", {
      timezone: "Europe/Moscow",
      start_datetime: at(startMs),
      end_datetime: at(startMs + 12 * HOUR_MS),
      message_text: `Dispatch ${i} of ${DISPATCHES}, whose text is about as long as texts are.`,
    });
  const running: string[] = [];
  for (let i = 0; i < RUNNING; i++) running.push((await create(i, 0)).id);

  const browser = await chromium.launch({
    executablePath: await findBrowser(console.log),
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: "en-GB" });
    const session = await page.context().newCDPSession(page);
    // Twice: by the wall clock, in which another process on the machine shows, and by the page's
    // own time on a processor.
    const domains = { wall: "timeTicks", processor: "threadTicks" } as const;
    const meters = await Promise.all(
      Object.entries(domains).map(async ([domain, timeDomain]) => {
        const meter = await page.context().newCDPSession(page);
        await meter.send("Performance.enable", { timeDomain });
        return { domain, meter };
      }),
    );
    const readMeters = async () => {
      const figures = new Map<string, number>();
      for (const { domain, meter } of meters)
        for (const { name, value } of (await meter.send("Performance.getMetrics")).metrics)
          figures.set(`${name} (${domain})`, value);
      return figures;
    };
    let answers: { path: string; status: number; at: number }[] = [];
    await session.send("Network.enable");
    // What came over the wire: the browser's cache turns a 304 into a 200 for whoever asks by
    // `response.status()`.
    session.on("Network.responseReceivedExtraInfo", ({ statusCode, requestId }) => {
      const path = paths.get(requestId);
      if (path) answers.push({ path, status: statusCode, at: Date.now() });
    });
    const paths = new Map<string, string>();
    let bytes = 0;
    session.on("Network.loadingFinished", ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    session.on("Network.requestWillBeSent", ({ request, requestId }) => {
      const { pathname, search } = new URL(request.url);
      if (pathname.startsWith("/api/")) paths.set(requestId, pathname + search);
    });

    await page.goto(`${url}/dispatches`);
    await page
      .locator("#column-running")
      .getByText(String(RUNNING), { exact: true })
      .waitFor({ timeout: 60_000 });
    await look(`${RUNNING} running`);
    for (const query of ["", "?q=sale", "?tag=VIP&author=anna@example.com", "?q=nothing+has+this"])
      await ask(`dispatches/board/${query}`);
    for (const sort of ["-start", "text", "-done", "audience"]) await ask(`dispatches/?sort=${sort}`);
    for (const id of running) await post(`dispatches/${id}/pause/`);
    await page
      .locator("#column-paused")
      .getByText(String(RUNNING), { exact: true })
      .waitFor({ timeout: 60_000 });
    await look("all paused");

    /** The slowest and the middle of twenty answers. */
    async function ask(path: string): Promise<void> {
      const took: number[] = [];
      for (let i = 0; i < 20; i++) {
        const beganMs = performance.now();
        await (await fetch(`${url}/api/v1/${path}`)).arrayBuffer();
        took.push(performance.now() - beganMs);
      }
      took.sort((a, b) => a - b);
      console.log(`  ${path}: ${took[10]!.toFixed(0)} ms, at most ${took[19]!.toFixed(0)} ms`);
    }

    async function look(what: string): Promise<void> {
      // The page has come to life, and the last change has been drawn.
      await page.waitForTimeout(5_000);
      answers = [];
      bytes = 0;
      const before = await readMeters();
      const beganMs = performance.now();
      await page.waitForTimeout(LOOK_MS);
      const after = await readMeters();
      const tookS = (performance.now() - beganMs) / 1_000;
      console.log(`\n${what}, over ${LOOK_MS / 1000} s; load ${loadavg()[0]!.toFixed(1)}`);
      for (const name of ["ScriptDuration", "LayoutDuration", "RecalcStyleDuration", "TaskDuration"])
        for (const { domain } of meters) {
          const key = `${name} (${domain})`;
          console.log(
            `  ${key}: ${((1_000 * (after.get(key)! - before.get(key)!)) / tookS).toFixed(2)} ms/s`,
          );
        }
      console.log(`  ${Math.round((bytes * 60) / tookS / 1_000)} KB a minute`);
      const kinds = new Map<string, number>();
      for (const { path, status } of answers)
        kinds.set(`${status} ${path}`, (kinds.get(`${status} ${path}`) ?? 0) + 1);
      for (const [kind, count] of [...kinds].sort()) console.log(`  ${count} × ${kind}`);
    }
  } finally {
    await browser.close();
  }
}
