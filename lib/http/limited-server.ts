import { createServer, type IncomingMessage, type Server, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

/** The methods that any address of ours may have. Next makes 500 of some others. */
export const servedMethods: readonly string[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Limits, so that one client cannot keep the server from others. In milliseconds and bytes. */
export interface ClientLimits {
  /** A request's head must be complete by then. */
  headMs: number;
  /**
   * A body may take so long. A longer one must bring at least so many bytes in each such stretch.
   */
  bodyMs: number;
  bodyBytes: number;
  /**
   * How long the server reads the rest of a body after its answer: a client that still writes could
   * not read the answer otherwise.
   */
  restMs: number;
  /**
   * How long nothing may move on a connection that has a request; 0: however long the answer takes.
   */
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

/** An HTTP server that no client holds up by sending or reading slowly. */
export function createLimitedServer(changes: Partial<ClientLimits> = {}): Server {
  const limits = { ...clientLimits, ...changes };
  const server = createServer({
    headersTimeout: limits.headMs,
    // A body that comes fast enough may take long: an import does.
    requestTimeout: 0,
    connectionsCheckingInterval: limits.headMs / 3,
  });
  server.timeout = limits.idleMs;
  server.maxConnections = limits.connections;
  server.on("request", (request, response) => {
    const hasBody =
      request.headers["transfer-encoding"] !== undefined ||
      Number(request.headers["content-length"] ?? 0) > 0;
    if (!hasBody) return;
    const watch = watchBody(request, limits);
    response.once("close", () => clearInterval(watch));
    response.once("finish", () => {
      if (!request.complete)
        setTimeout(() => request.complete || request.socket.destroy(), limits.restMs).unref();
    });
  });
  // Without a listener Node hangs up on a client that asks for a tunnel, and answers an unknown
  // method as a bad request.
  server.on("connect", (_, socket) => hangUp(socket, 405, { allow: servedMethods.join(", ") }));
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    const isAnswered = (socket as { _httpMessage?: { headersSent: boolean } })._httpMessage?.headersSent;
    if (!socket.writable || isAnswered) return void socket.destroy(error);
    hangUp(socket, statusOf[error.code ?? ""] ?? 400);
  });
  return server;
}

/** Node's answers to requests that it cannot read, and 501 for an unknown method (RFC 9110 9.1). */
const statusOf: Record<string, number> = {
  HPE_INVALID_METHOD: 501,
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

function hangUp(socket: Duplex, status: number, headers: Record<string, string> = {}): void {
  const lines = Object.entries({ ...headers, connection: "close", "content-length": "0" }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("\r\n")}\r\n\r\n`);
}

/** Ends a connection whose body comes too slowly. */
function watchBody(request: IncomingMessage, { bodyMs, bodyBytes }: ClientLimits): NodeJS.Timeout {
  const { socket } = request;
  let before = socket.bytesRead;
  const watch = setInterval(() => {
    // Bytes wait here unread: our own reader is slow, not the client.
    const isAwaited = !request.complete && request.readableLength < request.readableHighWaterMark;
    if (isAwaited && socket.bytesRead - before < bodyBytes) socket.destroy();
    before = socket.bytesRead;
  }, bodyMs);
  return watch.unref();
}
