import { createServer, type IncomingMessage, type Server } from "node:http";

/** What one client may keep from others. Milliseconds and bytes. */
export interface ClientLimits {
  /** Until the head of a request is here. */
  headMs: number;
  /** A body that is not here by then must go on coming: at least so many bytes in each such stretch. */
  bodyMs: number;
  bodyBytes: number;
  /** How long the rest of a body is taken once its request is answered: a client that still writes could not read the answer otherwise. */
  restMs: number;
  /** How long nothing may move on a connection that has a request; 0: however long the answer takes. */
  idleMs: number;
  connections: number;
}

const clientLimits: ClientLimits = {
  headMs: 15_000,
  bodyMs: 30_000,
  // 4 KiB a second.
  bodyBytes: 30 * 4096,
  restMs: 5_000,
  idleMs: 120_000,
  connections: 1_000,
};

/** A server of HTTP that no client holds up by sending or reading slowly. */
export function createLimitedServer(changes: Partial<ClientLimits> = {}): Server {
  const limits = { ...clientLimits, ...changes };
  const server = createServer({
    headersTimeout: limits.headMs,
    // What is sent fast enough may take long: an import.
    requestTimeout: 0,
    connectionsCheckingInterval: limits.headMs / 3,
  });
  server.timeout = limits.idleMs;
  server.maxConnections = limits.connections;
  server.on("request", (request, response) => {
    const hasBody = request.headers["transfer-encoding"] !== undefined || Number(request.headers["content-length"] ?? 0) > 0;
    if (!hasBody) return;
    const watch = watchBody(request, limits);
    response.once("close", () => clearInterval(watch));
    response.once("finish", () => {
      if (!request.complete) setTimeout(() => request.complete || request.socket.destroy(), limits.restMs).unref();
    });
  });
  return server;
}

/** Cuts a body off that comes by drops. */
function watchBody(request: IncomingMessage, { bodyMs, bodyBytes }: ClientLimits): NodeJS.Timeout {
  const { socket } = request;
  let before = socket.bytesRead;
  const watch = setInterval(() => {
    // Where more is here than is taken, whoever reads it is the slow one.
    const isAwaited = !request.complete && request.readableLength < request.readableHighWaterMark;
    if (isAwaited && socket.bytesRead - before < bodyBytes) socket.destroy();
    before = socket.bytesRead;
  }, bodyMs);
  return watch.unref();
}
