import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { isUuid } from "@/lib/contract/audience/audience";
import type { Locale } from "@/lib/contract/texts";
import { UnauthenticatedError } from "@/lib/domain/errors";
import { log } from "@/lib/log";
import type { RequestAllowance } from "@/lib/services/access/limit-requests";
import { ADDRESS_HEADER } from "@/lib/services/access/open-sessions";
import type { Context, Origin } from "@/lib/services/context";
import { readJson } from "./body";
import { localeOf } from "./locale";
import { observeRequest } from "./metrics";
import { HttpError, parse, problemResponse, toHttpError } from "./problem";
import { isForeign } from "./security";

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
export type Method = (typeof methods)[number];
/** A proxy may pass on any text that a client sends as its address. */
const ADDRESS_LENGTH_MAX = 100;

/** What a route's handler gets. */
export interface Call {
  ctx: Context;
  request: Request;
  locale: Locale;
  /** A parameter of the path, decoded. */
  param(name: string): string;
  /** The JSON body, by a schema. @throws HttpError, ValidationError */
  json<T extends z.ZodType>(schema: T): Promise<z.output<T>>;
}

type Handler = (call: Call) => Promise<Response> | Response;
type NextHandler = (
  request: Request,
  next: { params: Promise<Record<string, string | string[] | undefined>> },
) => Promise<Response>;

/**
 * Where a call's context comes from. Opened at the first request, not at import: a build has no
 * database.
 */
export interface Contexts {
  /**
   * The context of the caller whom the request's key or cookie names. @throws UnauthenticatedError
   * when the key is wrong
   */
  of(request: Request, origin: Origin): Promise<Context>;
  /** The anonymous context, for routes that anybody may call. */
  anonymous(origin: Origin): Context;
  /** Counts a request of the caller's key; null for callers without one. */
  count(ctx: Context): Promise<RequestAllowance | null>;
}

/**
 * Makes the exports of a route file. One wrapper finds the caller, makes problems of errors (RFC
 * 9457), gives requests ids and answers methods that the route lacks. Bodies and answers of
 * operations are `operations.ts`'s. `isPublic`: the route ignores credentials, so that a wrong one
 * does not keep it from answering.
 */
export function createRoutes(contexts: Contexts) {
  return (
    handlers: Partial<Record<Method, Handler>>,
    { isPublic = false }: { isPublic?: boolean } = {},
  ): Record<Method | "HEAD" | "OPTIONS", NextHandler> => {
    const allow = methods
      .filter((method) => handlers[method])
      .flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
    allow.push("OPTIONS");
    const of = (method: Method | "OPTIONS"): NextHandler => {
      const handler: Handler | undefined =
        method === "OPTIONS"
          ? () => new Response(null, { status: 204, headers: { allow: allow.join(", ") } })
          : handlers[method];
      const contextOf =
        isPublic || method === "OPTIONS"
          ? async (_: Request, origin: Origin) => contexts.anonymous(origin)
          : (request: Request, origin: Origin) => known(contexts, request, origin);
      return (request, next) =>
        answer(contexts, contextOf, handler ?? (() => refuse(allow)), request, next.params);
    };
    const get = of("GET");
    const head: NextHandler = async (request, next) => {
      const response = await get(request, next);
      await response.body?.cancel();
      return new Response(null, response);
    };
    return {
      GET: get,
      HEAD: head,
      POST: of("POST"),
      PUT: of("PUT"),
      PATCH: of("PATCH"),
      DELETE: of("DELETE"),
      OPTIONS: of("OPTIONS"),
    };
  };
}

/**
 * Services decide what a caller may do. A caller must be known before the body is read, and that is
 * checked here.
 */
async function known(contexts: Contexts, request: Request, origin: Origin): Promise<Context> {
  const ctx = await contexts.of(request, origin);
  if (ctx.actor.kind === "anonymous" && ctx.actor.rights.size === 0) throw new UnauthenticatedError();
  return ctx;
}

function refuse(allow: string[]): never {
  throw new HttpError(405, "method-not-allowed", {
    headers: { allow: allow.join(", ") },
    params: { allow: allow.join(", ") },
  });
}

async function answer(
  contexts: Contexts,
  contextOf: (request: Request, origin: Origin) => Promise<Context>,
  handler: Handler,
  request: Request,
  params: Promise<Record<string, string | string[] | undefined>>,
): Promise<Response> {
  const url = new URL(request.url);
  const locale = localeOf(request);
  const requestId = requestIdOf(request);
  const startedMs = performance.now();
  const path = loggedPath(url.pathname);
  let response: Response;
  let allowance: RequestAllowance | null = null;
  try {
    if (isUnsafe(request.method) && isForeign(request)) throw new HttpError(403, "cross-origin");
    const address = (request.headers.get(ADDRESS_HEADER) ?? "").slice(0, ADDRESS_LENGTH_MAX);
    const ctx = await contextOf(request, { address, requestId });
    allowance = await contexts.count(ctx);
    if (allowance && !allowance.isAllowed) throw tooManyRequests(allowance);
    response = await handler(callOf(ctx, request, locale, await params));
  } catch (error) {
    const problem = toHttpError(error);
    if (problem.status >= 500)
      log.error({ err: error, request_id: requestId, method: request.method, path }, "request failed");
    response = problemResponse(problem, { locale, requestId, path: url.pathname });
  }
  if (allowance) tellAllowance(response.headers, allowance);
  response.headers.set("x-request-id", requestId);
  response.headers.append("vary", "Accept-Language");
  if (!response.headers.has("cache-control")) response.headers.set("cache-control", "no-store");
  observeRequest(
    { method: request.method, pathname: url.pathname, status: response.status },
    await params,
    (performance.now() - startedMs) / 1000,
  );
  log.debug(
    {
      request_id: requestId,
      method: request.method,
      path,
      status: response.status,
      ms: Math.round(performance.now() - startedMs),
    },
    "request",
  );
  return response;
}

const tooManyRequests = ({ limit, resetS }: RequestAllowance) =>
  new HttpError(429, "too-many-requests", {
    headers: { "retry-after": String(resetS) },
    params: { limit, seconds: resetS },
  });

/**
 * draft-ietf-httpapi-ratelimit-headers-10: a policy's quota and window in seconds, what remains of
 * it and until when.
 */
function tellAllowance(headers: Headers, { limit, windowS, remaining, resetS }: RequestAllowance): void {
  headers.set("ratelimit-policy", `"key";q=${limit};w=${windowS}`);
  headers.set("ratelimit", `"key";r=${remaining};t=${resetS}`);
}

function callOf(
  ctx: Context,
  request: Request,
  locale: Locale,
  params: Record<string, string | string[] | undefined>,
): Call {
  return {
    ctx,
    request,
    locale,
    param: (name) => decode(String(params[name] ?? "")),
    json: async (schema) => parse(schema, await readJson(request)),
  };
}

/**
 * An address for logs: with ids, without phones, however a client wrote them. No name of ours has
 * five digits.
 */
export const loggedPath = (pathname: string): string =>
  pathname
    .split("/")
    .map((part) => (isUuid(part) || part.replace(/\D/g, "").length < 5 ? part : "…"))
    .join("/");

const isUnsafe = (method: string) => method !== "GET" && method !== "HEAD" && method !== "OPTIONS";

/** A caller may name its request; anything but a plain token is replaced. */
function requestIdOf(request: Request): string {
  const given = request.headers.get("x-request-id");
  return given && /^[\w.:-]{1,100}$/.test(given) ? given : randomUUID();
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new HttpError(400, "malformed-url");
  }
}
