import PgBoss from "pg-boss";
import { Pool } from "undici";

/**
 * A peer: pg-boss, one job a message, fetched and completed in batches. argv: database, url, count,
 * connections, jobs a batch. The jobs are added before the first of them is sent; reports how many
 * milliseconds that took. It comes from this folder's own packages: `npm ci --prefix bench`.
 */
const [databaseUrl, url] = [process.argv[2], process.argv[3]];
const [count, connections, batchSize] = process.argv.slice(4).map(Number);
const WORKERS = 4;
const ADDED_AT_ONCE = 5_000;

const pool = new Pool(url, { connections, pipelining: 1 });
const headers = { "content-type": "application/json", accept: "application/json" };
const boss = new PgBoss({ connectionString: databaseUrl, max: 12, supervise: false, schedule: false });
boss.on("error", (error) => console.error(error));
await boss.start();
const queue = `send-${process.pid}`;
await boss.createQueue(queue);
const startedMs = performance.now();
for (let from = 0; from < count; from += ADDED_AT_ONCE) {
  const length = Math.min(ADDED_AT_ONCE, count - from);
  await boss.insert(
    Array.from({ length }, (_, i) => ({
      name: queue,
      data: { id: from + i, phone: 79_000_000_000 + from + i, text: "hello" },
    })),
  );
}
const addedMs = performance.now() - startedMs;
let done = 0;
let finish = () => {};
const finished = new Promise((resolve) => {
  finish = resolve;
});
const send = async ({ data }) => {
  const answer = await pool.request({
    method: "POST",
    path: `/v1/send/${data.id}`,
    headers,
    body: JSON.stringify(data),
  });
  await answer.body.dump();
};
for (let i = 0; i < WORKERS; i++) {
  await boss.work(queue, { batchSize, pollingIntervalSeconds: 0.5 }, async (jobs) => {
    await Promise.all(jobs.map(send));
    done += jobs.length;
    if (done === count) finish();
  });
}
await finished;
// Its own stop waits for workers that have nothing to do any more, half a minute or longer.
process.send({ addedMs }, () => process.exit(0));
