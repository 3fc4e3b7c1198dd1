import type { z } from "zod";
import { isUuid } from "@/lib/contract/audience/audience";
import { headerSchemas } from "@/lib/contract/headers";
import { type Operation, parametersOf, things } from "@/lib/contract/operations/operation";
import { file, json, type Table, taggedJson } from "./answers";
import { readJson, requireMediaType } from "./body";
import { HttpError, parse } from "./problem";
import type { Call, createRoutes, Method } from "./routes";

/**
 * One description of a call. An operation (`lib/contract/operations`) has method, path, right,
 * query, headers, body, answers, problems and an example. Two things are made from it:
 *
 * - The route. {@link handle} checks that the installation has what the operation needs, reads
 *   headers, path, body and query by its schemas, in this order, and writes the answer with its
 *   status, `Location`, `ETag` or file name. The compiler holds the handler to both; answers are
 *   not checked while the product runs. `readBy` marks a body that a service reads itself, to tell
 *   all faults at once, or that is signed.
 * - The document (`lib/contract/openapi`): `/openapi.json`, `/docs` and the types of
 *   `examples/typescript-client`. A route imports the operations of its resource alone, the
 *   document imports all (`operations/all.ts`).
 *
 * `routes.test.ts` fails when a route file is missing or handles another operation.
 * `e2e/openapi.spec.ts` tries every operation with what its schema allows and forbids; no 5xx, no
 * undocumented status and no other answer passes. What the document allows is never 400, except by
 * rules that JSON Schema cannot express; what it forbids is refused. So rules of texts are patterns
 * and lengths in characters (`lib/contract/text.ts`). `e2e/openapi-examples.spec.ts` runs the
 * examples on the demo data.
 */

type NamesOf<Path> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesOf<Rest> : never;
type QueryOf<O> = O extends { query: infer S extends z.ZodType } ? z.output<S> : undefined;
type HeadersOf<O> = O extends { headers: readonly (infer Name extends keyof typeof headerSchemas)[] }
  ? { [N in Name]: z.output<(typeof headerSchemas)[N]> }
  : undefined;
type BodyOf<O> = O extends { body: infer B }
  ? B extends { file: string }
    ? ReadableStream<Uint8Array>
    : B extends { readBy: "service" }
      ? unknown
      : B extends { readBy: "handler" }
        ? undefined
        : B extends { schema: infer S extends z.ZodType }
          ? z.output<S>
          : never
  : undefined;

type ValueOf<A> = A extends { schema: infer S extends z.ZodType }
  ? z.input<S>
  : A extends { file: string }
    ? Table
    : // biome-ignore lint/suspicious/noConfusingVoidType: services that answer nothing return void.
      void;
type IsUnion<T, Whole = T> = T extends T ? ([Whole] extends [T] ? false : true) : never;
/**
 * An operation's handler returns the value of its answer, with the status when there are several.
 */
export type ResultOf<
  O extends Operation,
  Done extends keyof O["answers"] = Exclude<keyof O["answers"], 304>,
> =
  true extends IsUnion<Done>
    ? { [S in Done]: { status: S; value: ValueOf<O["answers"][S]> } }[Done]
    : ValueOf<O["answers"][Done]>;

/** Twilio calls on the same path in its own protocol, and is answered in it. */
type ForeignAnswer<O> = O extends { body: { readBy: "handler" } } ? Response : never;

/**
 * An operation's handler gets everything that the operation names, parsed by its schemas, and the
 * parameters of its path by name.
 */
export type OperationCall<O extends Operation> = Pick<Call, "ctx" | "request" | "locale"> & {
  query: QueryOf<O>;
  headers: HeadersOf<O>;
  body: BodyOf<O>;
} & Record<NamesOf<O["path"]>, string>;

export interface Handled {
  operation: Operation;
  answer(call: Call): Promise<Response>;
}

/**
 * Binds a handler to its operation. The compiler checks that the handler returns one of the
 * operation's answers; nothing is checked at run time.
 */
export function handle<O extends Operation>(
  operation: O,
  handler: (call: OperationCall<O>) => Promise<ResultOf<O> | ForeignAnswer<O>> | ResultOf<O>,
): Handled {
  return {
    operation,
    answer: async (call) =>
      answerOf(operation, call.request, await handler((await read(operation, call)) as OperationCall<O>)),
  };
}

/**
 * Makes the exports of a route file from its operations.
 * @param routes makes the exports of all other route files
 * @param has tells whether the installation has what an operation needs
 */
export function createOperationRoutes(
  routes: ReturnType<typeof createRoutes>,
  has: (part: NonNullable<Operation["needs"]>) => boolean,
): (...handled: Handled[]) => ReturnType<typeof routes> {
  return (...handled) => {
    const handlers = handled.map(({ operation, answer }) => {
      const handler = (call: Call) => {
        if (operation.needs && !has(operation.needs)) throw new HttpError(404, "not-found");
        return answer(call);
      };
      return [methodOf(operation), handler] as const;
    });
    const made = routes(Object.fromEntries(handlers), {
      isPublic: handled.every(({ operation }) => operation.isPublic),
    });
    // Lets a test see which operations a file answers.
    for (const { operation } of handled) Object.assign(made[methodOf(operation)], { operation });
    return made;
  };
}

const methodOf = ({ method }: Operation) => method.toUpperCase() as Method;

/** Reads headers, path, body and query. The first wrong one is the answer's problem. */
async function read(operation: Operation, { ctx, request, locale, param }: Call) {
  const headers = (operation.headers ?? []).map((name) => [
    name,
    parse(headerSchemas[name], request.headers.get(name)),
  ]);
  const ofPath = parametersOf(operation.path).map((name) => [
    name,
    name === "id" ? idOf(operation.path, param(name)) : param(name),
  ]);
  const body = await readBody(operation, request);
  const query =
    operation.query && parse(operation.query, Object.fromEntries(new URL(request.url).searchParams));
  return {
    ctx,
    request,
    locale,
    headers: Object.fromEntries(headers),
    body,
    query,
    ...Object.fromEntries(ofPath),
  };
}

/** @throws HttpError 404 when the path's id is none */
function idOf(path: string, id: string): string {
  if (isUuid(id)) return id.toLowerCase();
  const [, name] = /([\w-]+)\/\{id\}/.exec(path)!;
  throw new HttpError(404, "not-found", {
    detail: `not-found.${things[name!]}`,
    params: { id: id.slice(0, 100) },
  });
}

async function readBody({ body }: Operation, request: Request): Promise<unknown> {
  if (!body) return undefined;
  if ("file" in body) {
    requireMediaType(request, body.file, ...(body.otherFiles ?? []));
    return request.body ?? new Response("").body;
  }
  if (body.readBy === "handler") return undefined;
  const sent = await readJson(request);
  return body.readBy === "service" ? sent : parse(body.schema, sent);
}

function answerOf({ answers }: Operation, request: Request, result: unknown): Response {
  if (result instanceof Response) return result;
  const statuses = Object.keys(answers)
    .map(Number)
    .filter((status) => status !== 304);
  const { status, value } =
    statuses.length === 1
      ? { status: statuses[0]!, value: result }
      : (result as { status: number; value: unknown });
  const { schema, fileName, isTagged, location, cacheControl } = answers[status]!;
  if (fileName) return file(value as Table, fileName);
  if (!schema) return new Response(null, { status });
  if (isTagged) return taggedJson(request, value);
  return json(value, status, {
    ...(location && { location: fill(location, value as Record<string, unknown>) }),
    ...(cacheControl && { "cache-control": cacheControl }),
  });
}

const fill = (path: string, fields: Record<string, unknown>) =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => String(fields[name]));
