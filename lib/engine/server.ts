import http from "node:http";
import { sameSecret } from "@/lib/common/same-secret";
import { type Engine, transact } from "./engine";
import { takeEvents } from "./intake";
import { type EngineEvent, LIMITS } from "./protocol";
import { register } from "./registration";
import { RefusedFunction } from "./registry";
import { verifyBearer } from "./signature";
import { seededUlid, ulid } from "./ulid";

class HttpError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/**
 * The HTTP side that SDKs talk to: `POST /e/:key` takes events, `POST /fn/register` functions, `GET
 * /health` answers when all is well.
 */
export function createServer(engine: Engine, cronSeconds: boolean): http.Server {
  const server = http.createServer((request, response) => {
    route(engine, request, cronSeconds)
      .catch((error: unknown) => {
        if (error instanceof HttpError) return { status: error.status, error: error.message };
        if (error instanceof RefusedFunction) return { status: 400, error: error.message };
        engine.log.error({ err: error }, "engine: request failed");
        return { status: 500, error: "internal error" };
      })
      .then((answer) => {
        const text = JSON.stringify(answer);
        response
          .writeHead(answer.status, {
            "content-type": "application/json",
            "content-length": Buffer.byteLength(text),
          })
          .end(text);
      })
      .catch((error: unknown) => engine.log.error({ err: error }, "engine: answer failed"));
  });
  return server;
}

type Reply = { status: number } & Record<string, unknown>;

async function route(engine: Engine, request: http.IncomingMessage, cronSeconds: boolean): Promise<Reply> {
  const { pathname } = new URL(request.url ?? "/", "http://engine");
  if (request.method === "GET" && pathname === "/health") return { status: 200, message: "OK" };
  if (request.method !== "POST") throw new HttpError(404, "not found");
  const eventKey = pathname.match(/^\/e\/([^/]+)$/)?.[1];
  if (eventKey) {
    if (!sameSecret(decodeURIComponent(eventKey), engine.eventKey))
      throw new HttpError(401, "Event key not found");
    const events = readEvents(
      await readJson(request),
      [request.headers["x-inngest-event-id-seed"]].flat()[0],
    );
    await transact(engine, (tx) => takeEvents(engine, tx, events));
    return { status: 200, ids: events.map((event) => event.id) };
  }
  if (pathname === "/fn/register") {
    if (!verifyBearer(request.headers.authorization, engine.signingKey))
      throw new HttpError(401, "Signing key invalid");
    return { status: 200, ok: true, ...(await register(engine, await readJson(request), cronSeconds)) };
  }
  throw new HttpError(404, `the embedded engine has no ${pathname}`);
}

/**
 * Checks and completes events. Ids left out are derived from the SDK's seed, so that a repeated
 * request is recognised.
 */
function readEvents(body: unknown, seed: string | undefined): EngineEvent[] {
  const list: unknown[] = Array.isArray(body) ? body : [body];
  if (list.length > LIMITS.eventsPerRequest)
    throw new HttpError(400, `more than ${LIMITS.eventsPerRequest} events`);
  const [, time, entropy] = seed?.match(/^(\d{1,14}),(.+)$/) ?? [];
  return list.map((value, index) => {
    const event = value as Partial<EngineEvent> | null;
    if (event === null || typeof event !== "object" || typeof event.name !== "string" || !event.name)
      throw new HttpError(400, `event ${index} has no name`);
    if (event.name.startsWith("inngest/"))
      throw new HttpError(400, `event ${index}: names beginning with inngest/ are reserved`);
    const id =
      typeof event.id === "string" && event.id
        ? event.id
        : entropy
          ? seededUlid(Number(time), entropy, index)
          : ulid();
    const ts = typeof event.ts === "number" && event.ts > 0 ? event.ts : Date.now();
    return { ...event, id, name: event.name, data: event.data ?? {}, ts };
  });
}

async function readJson(request: http.IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LIMITS.requestBytes) throw new HttpError(413, "request too large");
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new HttpError(400, "the body is not JSON");
  }
}
