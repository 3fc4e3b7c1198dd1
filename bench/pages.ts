import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { startCarillon } from "@/e2e/support/start-carillon";
import { startPostgres } from "@/scripts/postgres";

/**
 * How long the server takes for a page: with the demo data, then with more recipients.
 * `npx tsx bench/pages.ts 3000000` starts a Carillon of its own and adds that many recipients, each
 * with one or two tags. It takes some minutes.
 */
const RECIPIENTS = Number(process.argv[2] ?? 3_000_000);
const ROUNDS = 50;
/** The compiler of the engine takes its time. */
const WARM_UP = 150;

/** Seconds of processor time that the web process has used, which other load hardly changes. */
async function processorS(origin: string): Promise<number> {
  const metrics = await (await fetch(`${origin}/metrics`)).text();
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(metrics)![1]);
}

/** From the request to the last byte, one request at a time. */
async function time(url: string): Promise<string> {
  const took: number[] = [];
  let sinceS = 0;
  for (let i = 0; i < WARM_UP + ROUNDS; i++) {
    if (i === WARM_UP) sinceS = await processorS(new URL(url).origin);
    const startMs = performance.now();
    const answer = await fetch(url, { headers: { "accept-language": "en" } });
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`${url}: ${answer.status}`);
    if (i >= WARM_UP) took.push(performance.now() - startMs);
  }
  const usedMs = ((await processorS(new URL(url).origin)) - sinceS) * 1_000;
  took.sort((a, b) => a - b);
  const at = (share: number) => took[Math.floor(share * (took.length - 1))]!.toFixed(1);
  return `p50 ${at(0.5)} ms, p90 ${at(0.9)} ms, processor of the web process ${(usedMs / ROUNDS).toFixed(1)} ms`;
}

async function fill(sql: postgres.Sql): Promise<void> {
  await sql`
    insert into recipients (phone, operator_no, operator_source, timezone, attributes)
    select '+7981' || lpad(i::text, 7, '0'), 1 + i % 4, 'number', 'Europe/Moscow', jsonb_build_object('client', i::text)
    from generate_series(1, ${RECIPIENTS}) i`;
  await sql`
    insert into recipient_tags (tag_no, recipient_no)
    select t.no, r.no from recipients r join tags t on t.no = 1 + r.no % 6 or (t.no = 1 and r.no % 6 > 0)
    where r.phone like '+7981%'
    on conflict do nothing`;
  await sql`vacuum analyze recipients, recipient_tags, tag_counts`;
}

const directory = await mkdtemp(join(tmpdir(), "carillon-bench-"));
const database = await startPostgres({ directory: join(directory, "postgres") });
try {
  const carillon = await startCarillon({ LOG_LEVEL: "error", DATABASE_URL: database.url });
  try {
    console.log(`load average ${loadavg()[0]!.toFixed(1)}`);
    const measure = async (paths: string[]) => {
      for (const path of paths) console.log(`${path}: ${await time(carillon.url + path)}`);
    };
    console.log("with the demo data (aim 20 ms)");
    await measure(["/status", "/dispatches", "/audience", "/audience?tab=tags"]);
    const sql = postgres(database.url, { max: 1, onnotice: () => {} });
    await fill(sql);
    await sql.end();
    console.log(`with ${RECIPIENTS.toLocaleString("en")} recipients more (aim 30 ms)`);
    await measure(["/audience", "/audience?tab=tags", "/api/v1/recipients/", "/api/v1/tags/"]);
  } finally {
    await carillon.stop();
  }
} finally {
  await database.stop();
  await rm(directory, { recursive: true, force: true });
}
