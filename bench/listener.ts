import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * The gateway the benchmarks send to, in a process of its own: answers 200 at once and notes what came when. `GET /log` gives the arrivals
 * since the last `GET /log` as [id, milliseconds since the epoch] pairs; `GET /count` how many there are.
 */
let log: [string, number][] = [];

const server = createServer((request, response) => {
  const url = request.url!;
  if (request.method === "POST") {
    log.push([url.slice(url.lastIndexOf("/") + 1), performance.timeOrigin + performance.now()]);
    request.resume();
    response.writeHead(200).end();
    return;
  }
  response.writeHead(200, { "content-type": "application/json" });
  if (url === "/count") {
    response.end(String(log.length));
    return;
  }
  response.end(JSON.stringify(log));
  log = [];
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.send!((server.address() as AddressInfo).port));
process.on("disconnect", () => process.exit(0));
