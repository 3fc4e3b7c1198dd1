import { Pool } from "undici";

/** What the hardware can do: the same requests by the same client at the same concurrency, and nothing else. argv: url, count, connections. */
const [url, count, connections] = [process.argv[2]!, Number(process.argv[3]), Number(process.argv[4])];
const pool = new Pool(url, { connections, pipelining: 1 });
const headers = { "content-type": "application/json", accept: "application/json" };
let next = 0;
async function loop(): Promise<void> {
  while (next < count) {
    const id = next++;
    const body = `{"id":${id},"phone":${79_000_000_000 + id},"text":"hello"}`;
    const answer = await pool.request({ method: "POST", path: `/v1/send/${id}`, headers, body });
    await answer.body.dump();
  }
}
await Promise.all(Array.from({ length: connections }, loop));
await pool.close();
