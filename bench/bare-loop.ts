import { Pool } from "undici";

/**
 * What the hardware can do: the same requests by the same client at the same concurrency, and nothing else. argv: url, count, connections, how
 * many of them are not counted. Reports the processor time a message takes, in microseconds.
 */
const url = process.argv[2]!;
const [count, connections, warmUp] = process.argv.slice(3).map(Number) as [number, number, number];
const pool = new Pool(url, { connections, pipelining: 1 });
const headers = { "content-type": "application/json", accept: "application/json" };
let next = 0;
let before = process.cpuUsage();
async function loop(): Promise<void> {
  while (next < count) {
    const id = next++;
    if (id === warmUp) before = process.cpuUsage();
    const body = `{"id":${id},"phone":${79_000_000_000 + id},"text":"hello"}`;
    const answer = await pool.request({ method: "POST", path: `/v1/send/${id}`, headers, body });
    await answer.body.dump();
  }
}
await Promise.all(Array.from({ length: connections }, loop));
const { user, system } = process.cpuUsage(before);
process.send!({ processorUs: (user + system) / (count - warmUp) });
await pool.close();
process.disconnect();
