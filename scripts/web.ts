import { randomBytes, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import next from "next";
import { env, ownNames, publicUrl } from "@/lib/env";
import { createLimitedServer, servedMethods } from "@/lib/http/limited-server";
import { negotiate } from "@/lib/http/locale";
import { HttpError, problemResponse } from "@/lib/http/problem";
import { createHostCheck, isLoopbackName, securityHeaders } from "@/lib/http/security";
import { allTold } from "@/lib/inngest/announce-later";
import { log, logConsole } from "@/lib/log";
import { surviveDatabaseLoss } from "@/lib/survive";

/** The process that serves pages and /api/v1. It never transmits. */
const DRAIN_MS_MAX = 10_000;

surviveDatabaseLoss();
const { PORT, HOST, AUTH, AUTH_SECRET, TRUST_PROXY } = env();
if (AUTH === "required" && !AUTH_SECRET)
  throw new Error("AUTH=required needs AUTH_SECRET, 32 characters or more.");
// Without sign-in only this machine may call.
const isOwnHost = createHostCheck(AUTH === "open" ? [] : ownNames(env()));
const isDev = process.argv.includes("--dev");
const root = join(import.meta.dirname, "..");
// What the build made of next.config.mjs: an image has no other, and elsewhere nothing is read and
// judged anew.
if (!isDev) {
  logConsole();
  const built = JSON.parse(await readFile(join(root, ".next", "required-server-files.json"), "utf8")) as {
    config: unknown;
  };
  Object.assign(process.env, { __NEXT_PRIVATE_STANDALONE_CONFIG: JSON.stringify(built.config) });
}
const server = createLimitedServer();
// Next listens for upgrades on the server it is given, and in production answers none: they would
// hang. Without a listener they are requests like any other (RFC 9110 7.8). Development reloads by
// them.
const app = next({
  dev: isDev,
  dir: root,
  hostname: HOST,
  port: PORT,
  httpServer: isDev ? server : createServer(),
});
await app.prepare();
const handle = app.getRequestHandler();

server.on("request", (request, response) => {
  const nonce = randomBytes(16).toString("base64");
  const headers = securityHeaders(nonce, publicUrl(env()));
  // A reload in development evaluates code as text, which the policy forbids.
  if (isDev) delete headers["content-security-policy"];
  for (const [name, value] of Object.entries(headers)) {
    response.setHeader(name, value);
    // Next reads the nonce for its own scripts from here.
    if (name === "content-security-policy") request.headers[name] = value;
  }
  request.headers["x-nonce"] = nonce;
  tellOrigin(request);
  if (!isOwnHost(request.headers.host, request.socket.localAddress))
    return refuse(request, response, new HttpError(421, "misdirected"));
  const allow = servedMethods.join(", ");
  if (!servedMethods.includes(request.method ?? ""))
    return refuse(
      request,
      response,
      new HttpError(405, "method-not-allowed", { headers: { allow }, params: { allow } }),
    );
  if (!isWellFormed(request.url ?? "/"))
    return refuse(request, response, new HttpError(400, "malformed-url"));
  void handle(request, response).catch((err: unknown) => {
    log.error({ err }, "a request failed outside of its handler");
    if (!response.headersSent) response.writeHead(500);
    response.end();
  });
});

await new Promise<void>((resolve, reject) => {
  server.once("error", reject);
  server.listen(PORT, HOST, resolve);
});
log.info({ address: `http://${HOST}:${PORT}` }, "web is ready");
process.send?.("ready");

process.on("SIGTERM", stop);
process.on("SIGINT", stop);
process.on("disconnect", stop);

let isStopping = false;

function stop(): void {
  if (isStopping) return;
  log.info("stopping: requests under way are waited for");
  isStopping = true;
  setTimeout(() => process.exit(0), DRAIN_MS_MAX).unref();
  server.close(() => void allTold().finally(() => process.exit(0)));
  server.closeIdleConnections();
}

/**
 * Says from where a request comes and what it asked for, in headers of ours that replace whatever a
 * client sent under their names. A request that a proxy passed on is not this machine's own,
 * although the proxy is.
 */
function tellOrigin(request: IncomingMessage): void {
  const isForwarded =
    request.headers["x-forwarded-for"] !== undefined || request.headers.forwarded !== undefined;
  const last = String(request.headers["x-forwarded-for"] ?? "")
    .split(",")
    .at(-1)!
    .trim();
  const address = TRUST_PROXY === "on" && last !== "" ? last : (request.socket.remoteAddress ?? "");
  const plain = address.replace(/^::ffff:/, "");
  request.headers["x-client-address"] = plain;
  request.headers["x-client-local"] =
    !isForwarded && isLoopbackName(plain.includes(":") ? `[${plain}]` : plain) ? "yes" : "no";
  request.headers["x-asked-path"] = request.url ?? "/";
}

/**
 * Next answers a bad percent escape with a page of its own; under /api an error is a problem. A
 * whole address would name a host beside `Host`.
 */
function isWellFormed(url: string): boolean {
  if (!url.startsWith("/")) return false;
  try {
    decodeURIComponent(url.split("?")[0]!);
    return true;
  } catch {
    return false;
  }
}

/** What never reaches a route is answered as a route would. */
function refuse(request: IncomingMessage, response: ServerResponse, error: HttpError): void {
  const answer = problemResponse(error, {
    locale: negotiate(request.headers["accept-language"] ?? null),
    requestId: randomUUID(),
    path: (request.url ?? "/").split("?")[0]!,
  });
  response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), "cache-control": "no-store" });
  void answer.text().then((text) => response.end(text));
}
