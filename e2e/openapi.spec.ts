import { deepStrictEqual, ok, strictEqual } from "node:assert";
import { expect, test } from "@playwright/test";
import fc from "fast-check";
import { sendAndWait } from "@/examples/typescript-client/example";
import { problemsOf, schemaObject } from "@/lib/contract/openapi/document";
import { operations } from "@/lib/contract/operations/all";
import {
  type Operation,
  parametersOf,
  pathParameters,
  requestHeaders,
} from "@/lib/contract/operations/operation";
import { problemSchema } from "@/lib/contract/problem";
import { bodiesOf, brokenOf, isAllowed, valuesOf } from "./support/schema-arbitrary";
import { type Running, startCarillon } from "./support/start-carillon";

/** A Carillon of these tests' own: what is tried here would be in the way of others. */
let carillon: Running;
const call = (method: string, path: string, body?: unknown) =>
  fetch(carillon.url + path, {
    method,
    headers: { "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

test.beforeAll(async () => {
  test.setTimeout(9 * 60_000);
  carillon = await startCarillon({ DEMO_DATA: "off" });
  await call("POST", "/api/v1/operators/", {
    code: "mts",
    name: "MTS",
    rate_per_second: 100,
    prefixes: ["7916"],
  });
  await call("POST", "/api/v1/tags/", { name: "VIP" });
  for (let i = 0; i < 5; i++) await call("PUT", `/api/v1/recipients/%2B7916000001${i}/`, { tags: ["VIP"] });
});
test.afterAll(async () => {
  test.setTimeout(120_000);
  await carillon?.stop();
});

test("the document is served, and is the one that the routes are held to", async () => {
  const answer = await fetch(`${carillon.url}/openapi.json`);
  expect(answer.status).toBe(200);
  const document = await answer.json();
  expect(document.openapi).toBe("3.1.0");
  expect(Object.keys(document.paths).sort()).toEqual([...new Set(operations.map(({ path }) => path))].sort());
  const again = await fetch(`${carillon.url}/openapi.json`, {
    headers: { "if-none-match": answer.headers.get("etag")! },
  });
  expect(again.status).toBe(304);
});

test("the example client sends a dispatch and sees it end", async () => {
  const dispatch = await sendAndWait(carillon.url, undefined, "From a program", "VIP");
  expect(dispatch).toMatchObject({ status: "completed", progress: { audience: 5, accepted: 5 } });
});

test("the emergency stop is an answer away, names its reason and its actor, and ends", async () => {
  const stopped = await (
    await call("PUT", "/api/v1/sending/", { state: "stopped", reason: "wrong text" })
  ).json();
  expect(stopped).toMatchObject({ state: "stopped", reason: "wrong text", changed_by: "anonymous" });
  expect(await (await call("PUT", "/api/v1/sending/", { state: "on" })).json()).toMatchObject({
    state: "on",
  });
});

test("a cursor may name a number that no list has reached", async () => {
  const lists = operations.filter(
    (operation) => "cursor" in queryOf(operation) && !operation.path.includes("{"),
  );
  expect(lists.length).toBeGreaterThan(5);
  // Without sign-in there are no invitations.
  for (const { id, path } of lists)
    expect([200, 404], id).toContain((await call("GET", `${path}?cursor=n9999999999`)).status);
});

/**
 * Replay with OPENAPI_SEED; try more with OPENAPI_RUNS, which is of each of three tests of a call.
 * What is asserted for each of thousands of requests is asserted by
 * `node:assert`: Playwright's `expect` takes a picture of the stack each time.
 */
const seed = Number(process.env.OPENAPI_SEED ?? 20_270_121);
const RUNS = Number(process.env.OPENAPI_RUNS ?? 8);
// A report tells what was answered.
fc.configureGlobal({ includeErrorInReport: true });

const kinds = ["dispatches", "drafts", "templates", "operators", "tags", "imports", "api-keys", "webhooks"];
/** What can be read of a kind now, so that some calls find something. */
async function known(kind: string): Promise<string[]> {
  if (!kinds.includes(kind)) return [];
  const { items } = (await (await call("GET", `/api/v1/${kind}/`)).json()) as { items: { id: string }[] };
  return items.map(({ id }) => id).slice(0, 3);
}

/**
 * Nothing of these tests leaves this machine: a webhook's address, whatever it is, is one where
 * nobody listens.
 */
const atHome = (body: string) => body.replace(/"url":"https?:[^"]*"/gi, '"url":"http://127.0.0.1:9/"');

const queryOf = ({ query }: Operation) =>
  (query ? schemaObject(query, "input").properties : {}) as Record<string, Record<string, unknown>>;

function requestsOf(operation: Operation, found: string[]) {
  const isRead = operation.method === "get";
  const segment: Record<string, fc.Arbitrary<string>> = {
    // What others need is not deleted: only reads are given ids that there are.
    id: fc.oneof(
      fc.uuid(),
      fc.constantFrom("x", "%00", "%ff", "..%2f"),
      ...(found.length > 0 && isRead ? [fc.constantFrom(...found)] : []),
    ),
    phone: fc.oneof(
      fc.constantFrom("%2B79160000001", "79160000001", "+7", "%00", "abc"),
      fc
        .string({ minLength: 1, maxLength: 20 })
        .filter((text) => !/^\.+$/.test(text))
        .map(encodeURIComponent),
    ),
    gateway: fc.constantFrom("sandbox", "default", "nowhere", "%00"),
  };
  const shape = queryOf(operation);
  const query = fc.record(
    Object.fromEntries(
      Object.entries(shape).map(([name, schema]) => [
        name,
        fc.oneof(valuesOf(schema).map(String), fc.string({ unit: "binary", maxLength: 10 })),
      ]),
    ),
    { requiredKeys: [] },
  );
  const { body } = operation;
  return fc.record({
    path: fc.record(Object.fromEntries(parametersOf(operation.path).map((name) => [name, segment[name]!]))),
    query,
    headers: fc.record(
      Object.fromEntries(
        (operation.headers ?? []).map((name) => [
          name,
          fc.constantFrom('"1"', "*", "a", 'W/"x"', "sha256=00", "~".repeat(300)),
        ]),
      ),
      { requiredKeys: [] },
    ),
    body: !body
      ? fc.constant(undefined)
      : "file" in body
        ? fc.oneof(
            fc.constant("phone,tags\n+79160000009,VIP\n"),
            fc.string({ unit: "binary", maxLength: 100 }),
          )
        : fc.oneof(
            {
              weight: 9,
              arbitrary: bodiesOf(schemaObject(body.schema, "input"), body.example).map((value) =>
                atHome(JSON.stringify(value) ?? ""),
              ),
            },
            { weight: 1, arbitrary: fc.string({ maxLength: 20 }) },
          ),
  });
}

for (const operation of operations) {
  test(`${operation.id} answers what its document says, whatever it is sent`, async () => {
    const kind = /v1\/([\w-]+)\//.exec(operation.path)![1]!;
    const found = await known(kind);
    await fc.assert(
      fc.asyncProperty(requestsOf(operation, found), async ({ path, query, headers, body }) => {
        const address = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => path[name] ?? "");
        const terms = Object.entries(query).map(
          ([name, value]) => `${name}=${encodeURIComponent((value as string).replace(/\p{Cs}/gu, ""))}`,
        );
        const sent = operation.body && "file" in operation.body ? operation.body.file : "application/json";
        const response = await fetch(
          `${carillon.url}${address}${terms.length > 0 ? `?${terms.join("&")}` : ""}`,
          {
            method: operation.method.toUpperCase(),
            redirect: "manual",
            headers: {
              ...(headers as Record<string, string>),
              ...(body !== undefined && { "content-type": sent }),
            },
            ...(body !== undefined && { body }),
          },
        );
        const text = await response.text();
        const { status } = response;
        const what = `${status} ${text.slice(0, 300)}`;
        ok(status < 500, what);
        const answer = operation.answers[status];
        const type = response.headers.get("content-type");
        if (!answer) {
          ok(problemsOf(operation).includes(status), what);
          strictEqual(type, "application/problem+json", what);
          const problem = problemSchema.parse(JSON.parse(text));
          strictEqual(problem.status, status, what);
          return;
        }
        if (answer.schema) {
          const issues = answer.schema.safeParse(JSON.parse(text)).error?.issues;
          ok(!issues, `${what} ${JSON.stringify(issues)}`);
        }
        if (answer.file) ok(type?.includes(answer.file), what);
      }),
      { seed, numRuns: RUNS },
    );
    if (operation.id === "setSending") await call("PUT", "/api/v1/sending/", { state: "on" });
  });
}

/**
 * Why what the document allows may be refused all the same: rules about several fields, about
 * today, and about what there is. JSON Schema has no words for these; the descriptions have.
 */
const beyondSchemas = new Set([
  ...["end_before_start", "window_too_long", "start_too_far", "expires_in_past"],
  ...["unknown_operator", "unknown_tag", "unknown_recipient", "no_operator_for_phone"],
  ...["unknown_audience", "unknown_dispatch", "audience_beside_filter", "unknown_part"],
  ...["too_many_segments", "unknown_attribute", "placeholder"],
  ...["unknown_sender", "no_sender", "sender_not_everywhere", "operator_names", "no_currency"],
  "unknown_gateway",
  // What stands in a file, and how it is written.
  ...[
    "unknown_country",
    "unknown_encoding",
    "column_names",
    "column_phone_missing",
    "column_twice",
    "column_name",
    "header_is_row",
  ],
  ...["header_missing", "header_unreadable", "not_a_list", "encoding_unsure", "too_many_columns"],
  // The numbering plans of all countries.
  ...[
    "phone",
    "phone_rounded",
    "phone_several",
    "phone_too_short",
    "phone_too_long",
    "phone_impossible",
    "phone_ambiguous",
    "not_mobile",
  ],
]);

/** What gateways post: an odd one does not refuse the others. */
const readsOneByOne = new Set(["postReceipts", "postInbound"]);

/** Made anew, so that what is deleted or changed is nobody else's. */
const made: Record<string, () => Promise<string>> = {
  dispatches: () => make("dispatches", exampleOf("createDispatch")),
  operators: () => make("operators", { code: `o${Math.random()}`, name: "Operator" }),
  tags: () => make("tags", { name: `t${Math.random()}` }),
  webhooks: () => make("webhooks", { url: "http://127.0.0.1:9/", events: ["dispatch.opened"] }),
  "api-keys": () => make("api-keys", exampleOf("createApiKey")),
};
const make = async (kind: string, body: unknown) =>
  (await (await call("POST", `/api/v1/${kind}/`, body)).json()).id as string;
const exampleOf = (id: string) =>
  (operations.find((operation) => operation.id === id)!.body as { example: unknown }).example;

/** Requests with nothing but what the document allows. */
function allowedOf(operation: Operation) {
  const { body } = operation;
  const schemas = Object.fromEntries(
    parametersOf(operation.path).map((name) => [name, pathParameters[name]!.schema]),
  );
  const header = (name: keyof typeof requestHeaders) =>
    valuesOf(requestHeaders[name].schema) as fc.Arbitrary<string>;
  const required = operation.query
    ? ((schemaObject(operation.query, "input").required ?? []) as string[])
    : [];
  return fc.record({
    path: fc.record(
      Object.fromEntries(
        Object.entries(schemas).map(([name, schema]) => [name, valuesOf(schema).map(String)]),
      ),
    ),
    query: fc.record(
      Object.fromEntries(
        Object.entries(queryOf(operation)).map(([name, schema]) => [name, valuesOf(schema).map(String)]),
      ),
      {
        requiredKeys: required,
      },
    ),
    headers: fc.record(
      Object.fromEntries(
        (operation.headers ?? []).map((name) => [
          name,
          "pattern" in requestHeaders[name].schema ? header(name) : fc.constant("a"),
        ]),
      ),
      { requiredKeys: [] },
    ),
    body: !body
      ? fc.constant(undefined)
      : "file" in body
        ? fc.constant("phone\n+79160000009\n")
        : valuesOf(schemaObject(body.schema, "input")).map((value) => atHome(JSON.stringify(value))),
  });
}

type Sent = {
  path: Record<string, string>;
  query: Record<string, string>;
  headers: Record<string, string | undefined>;
  body: string | undefined;
};

async function send(
  operation: Operation,
  { path, query, headers, body }: Sent,
  id?: string,
): Promise<Response> {
  const address = operation.path.replace(
    /\{(\w+)\}/g,
    (_, name: string) => (name === "id" && id) || encodeURIComponent(path[name]!),
  );
  const terms = new URLSearchParams(query).toString();
  const type = operation.body && "file" in operation.body ? operation.body.file : "application/json";
  return fetch(`${carillon.url}${address}${terms && `?${terms}`}`, {
    method: operation.method.toUpperCase(),
    headers: { ...(headers as Record<string, string>), ...(body !== undefined && { "content-type": type }) },
    ...(body !== undefined && { body }),
  });
}

/** What there is for the id in an operation's path: what nobody else needs, where it is changed. */
const idFor = async (operation: Operation): Promise<string | undefined> =>
  operation.path.includes("{id}") ? made[/v1\/([\w-]+)\//.exec(operation.path)![1]!]?.() : undefined;

for (const operation of operations) {
  test(`${operation.id} refuses nothing that its document allows`, async () => {
    await fc.assert(
      fc.asyncProperty(allowedOf(operation), async (request) => {
        const response = await send(operation, request, await idFor(operation));
        const text = await response.text();
        ok(response.status < 500, text);
        if (readsOneByOne.has(operation.id) && response.ok) {
          const { rejected } = JSON.parse(text) as { rejected: { code: string }[] };
          ok(
            rejected.every(({ code }) => beyondSchemas.has(code)),
            text,
          );
        }
        if (response.status !== 400) return;
        const { errors } = problemSchema.parse(JSON.parse(text));
        deepStrictEqual(
          errors?.map(({ code }) => code).filter((code) => !beyondSchemas.has(code)),
          [],
          text,
        );
      }),
      { seed, numRuns: RUNS },
    );
    if (operation.id === "setSending") await call("PUT", "/api/v1/sending/", { state: "on" });
  });

  const { body } = operation;
  const shape = queryOf(operation);
  if ((!body || "file" in body) && Object.keys(shape).length === 0) continue;
  test(`${operation.id} refuses what its document forbids`, async () => {
    const schema = body && "schema" in body ? schemaObject(body.schema, "input") : null;
    const broken = schema
      ? fc.record({
          query: fc.constant({}),
          body: brokenOf(schema, (body as { example: unknown }).example).filter(
            (value) => !isAllowed(schema, value),
          ),
        })
      : fc.record({
          query: fc
            .constantFrom(...Object.keys(shape))
            .chain((name) => fc.record({ [name]: wrongTerms(shape[name]!) })),
          body: fc.constant(undefined),
        });
    await fc.assert(
      fc.asyncProperty(allowedOf(operation), broken, async (request, { query, body: wrong }) => {
        const text = wrong === undefined ? undefined : atHome(JSON.stringify(wrong));
        const response = await send(
          operation,
          { ...request, query: { ...request.query, ...query }, headers: {}, body: text ?? request.body },
          await idFor(operation),
        );
        const said = await response.text();
        ok(response.status < 500, said);
        const isRefused =
          response.status >= 400 || (readsOneByOne.has(operation.id) && JSON.parse(said).rejected.length > 0);
        ok(isRefused, `${response.status} ${said.slice(0, 300)}`);
      }),
      { seed, numRuns: RUNS },
    );
    if (operation.id === "setSending") await call("PUT", "/api/v1/sending/", { state: "on" });
  });
}

/** What a term of a query may not be. */
const wrongTerms = (schema: Record<string, unknown>) =>
  fc
    .oneof(
      fc.string({ unit: "binary", maxLength: 10 }),
      fc.constantFrom("", "\0", "-1", "1.5", "x".repeat(300)),
    )
    .filter(
      (text) =>
        !isAllowed(schema, schema.type === "integer" && /^-?[\d.]+$/.test(text) ? Number(text) : text),
    );
