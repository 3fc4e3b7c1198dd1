import { run } from "graphile-worker";
import { Pool } from "undici";

/**
 * A peer: graphile-worker with one job a message. argv: database, url, count, connections. The jobs
 * are added before the clock starts.
 */
const [databaseUrl, url] = [process.argv[2]!, process.argv[3]!];
const [count, connections] = [Number(process.argv[4]), Number(process.argv[5])];
const pool = new Pool(url, { connections, pipelining: 1 });
const headers = { "content-type": "application/json" };
let done = 0;
let finish = () => {};
const finished = new Promise<void>((resolve) => {
  finish = resolve;
});
const runner = await run({
  connectionString: databaseUrl,
  concurrency: connections,
  pollInterval: 100,
  noHandleSignals: true,
  noPreparedStatements: false,
  taskList: {
    async send(payload) {
      const { id } = payload as { id: number };
      const answer = await pool.request({
        method: "POST",
        path: `/v1/send/${id}`,
        headers,
        body: JSON.stringify(payload),
      });
      await answer.body.dump();
      if (++done === count) finish();
    },
  },
  preset: {
    worker: {
      maxPoolSize: 12,
      localQueue: { size: connections * 2 },
      completeJobBatchDelay: 0,
      failJobBatchDelay: 0,
    },
  },
});
await finished;
await runner.stop();
await pool.close();
process.disconnect();
