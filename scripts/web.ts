import { createServer, type ServerResponse } from "node:http";
import next from "next";
import { env } from "@/lib/env";
import { log } from "@/lib/log";

/** The process that serves pages and /api/v1. It never transmits. */
const DRAIN_MS_MAX = 10_000;

const { PORT, HOST } = env();
const app = next({ dev: process.argv.includes("--dev"), hostname: HOST, port: PORT });
await app.prepare();
const handle = app.getRequestHandler();

const server = createServer((request, response) => {
  if (!isWellFormed(request.url ?? "/")) return refuseMalformed(response);
  void handle(request, response).catch((err: unknown) => {
    log.error({ err }, "a request failed outside of its handler");
    if (!response.headersSent) response.writeHead(500);
    response.end();
  });
});
// A client that sends its request by drops must not hold a connection for ever; uploads have their own limit.
server.headersTimeout = 15_000;
server.requestTimeout = 15 * 60_000;

await new Promise<void>((resolve, reject) => {
  server.once("error", reject);
  server.listen(PORT, HOST, resolve);
});
process.send?.("ready");

process.on("SIGTERM", stop);
process.on("SIGINT", stop);
process.on("disconnect", stop);

let isStopping = false;

function stop(): void {
  if (isStopping) return;
  isStopping = true;
  setTimeout(() => process.exit(0), DRAIN_MS_MAX).unref();
  server.close(() => process.exit(0));
  server.closeIdleConnections();
}

/** Next answers a bad percent escape with a page of its own; under /api an error is a problem. */
function isWellFormed(url: string): boolean {
  try {
    decodeURIComponent(url.split("?")[0]!);
    return true;
  } catch {
    return false;
  }
}

function refuseMalformed(response: ServerResponse): void {
  response.writeHead(400, { "content-type": "application/problem+json", "cache-control": "no-store" });
  const detail = "The address has a percent escape that is not UTF-8. Адрес содержит неверную percent-последовательность.";
  response.end(JSON.stringify({ type: "/docs/errors/malformed-url", title: "Malformed address", status: 400, detail }));
}
