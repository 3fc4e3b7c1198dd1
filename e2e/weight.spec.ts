import { gzipSync } from "node:zlib";
import { expect, test } from "@playwright/test";
import { call, tomorrow } from "./support/api";

const KB = 1_000;

/**
 * Gzipped bytes of every script that a page's HTML asks for, be it by a tag, a preload or a
 * component to hydrate.
 */
async function firstLoad(path: string): Promise<number> {
  const html = await (await call("GET", path)).text();
  // Browsers that know modules skip the polyfills.
  const skipped = [...html.matchAll(/<script[^>]*\bnomodule\b[^>]*>/gi)].join();
  const scripts = new Set(
    [...html.matchAll(/\/?(?:_next\/)?(static\/chunks\/[^"'\\\s?]+\.js)/g)].map(([, file]) => file!),
  );
  expect(scripts.size, path).toBeGreaterThan(3);
  const sizes = await Promise.all(
    [...scripts].map(async (file) => {
      if (skipped.includes(file)) return 0;
      const answer = await call("GET", `/_next/${file}`);
      expect(answer.status, file).toBe(200);
      return gzipSync(new Uint8Array(await answer.arrayBuffer())).length;
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

test("the first load of no page brings more than 230 KB of script, the board's 200 KB", async () => {
  const { id } = await (await call("POST", "/api/v1/dispatches/", tomorrow())).json();
  const limits: Record<string, number> = {
    "/": 230,
    "/dispatches": 200,
    "/dispatches?view=table": 200,
    "/dispatches?view=calendar": 230,
    "/dispatches/new": 230,
    [`/dispatches/${id}`]: 230,
    [`/dispatches/${id}/edit`]: 230,
    "/audience": 230,
    "/audience?tab=import": 230,
    "/audience?tab=suppressions": 230,
    "/audience?tab=replies": 230,
    "/audience/79100000000": 230,
    "/phone": 230,
    "/settings": 230,
    "/status": 230,
    "/docs": 230,
  };
  const tooHeavy: string[] = [];
  for (const [path, limit] of Object.entries(limits)) {
    const kilobytes = Math.round((await firstLoad(path)) / KB);
    console.log(`${path.replace(id, "…")}: ${kilobytes} KB of script`);
    if (kilobytes > limit) tooHeavy.push(`${path}: ${kilobytes} KB`);
  }
  expect(tooHeavy).toEqual([]);
});
