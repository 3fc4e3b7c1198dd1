import { expect, test } from "vitest";
import { z } from "zod";
import { defineOperations, tagged } from "@/lib/contract/operations/operation";
import { type Actor, anonymousActor, type Context } from "@/lib/services/context";
import { createOperationRoutes, handle } from "./operations";
import { createRoutes } from "./routes";

const thing = z.strictObject({ id: z.string(), size: z.int() });
const common = { tag: "audience", summary: "", right: "read" } as const;
const made = { description: "", schema: thing };

const ops = defineOperations({
  list: {
    ...common,
    method: "get",
    path: "/tags/",
    query: z.strictObject({ limit: z.coerce.number() }),
    ...tagged(made),
  },
  make: {
    ...common,
    method: "post",
    path: "/tags/",
    needs: "sandbox",
    query: z.strictObject({ dry: z.enum(["yes"]).optional() }),
    body: { schema: z.strictObject({ size: z.string().transform(Number) }), example: {} },
    answers: { 201: { ...made, location: "/tags/{id}/" } },
  },
  put: {
    ...common,
    method: "put",
    path: "/operators/{id}/phones/{phone}/",
    headers: ["If-Match"],
    body: { schema: thing, example: {}, readBy: "service" },
    answers: { 200: made, 201: made },
  },
  drop: { ...common, method: "delete", path: "/tags/{id}/", answers: { 204: { description: "" } } },
  load: {
    ...common,
    method: "post",
    path: "/x/",
    body: { file: "text/csv" },
    answers: { 200: { description: "", file: "text/csv", fileName: "x" } },
  },
});

/** What is said of whom, in order. */
let steps: string[] = [];
let has = true;
let actor: Actor = anonymousActor(true);
const contextOf = (): Context => ({
  db: {} as never,
  now: () => new Date(),
  actor,
  announce: async () => {},
});
const routes = createOperationRoutes(
  createRoutes({
    of: async () => {
      steps.push("who");
      return contextOf();
    },
    anonymous: contextOf,
    count: async () => {
      steps.push("count");
      return null;
    },
  }),
  () => {
    steps.push("needs");
    return has;
  },
);

const id = "3FA85F64-5717-4562-b3fc-2c963f66afa6";
const lists = routes(
  handle(ops.list, ({ query }) => ({ id, size: query.limit })),
  handle(ops.make, ({ body }) => {
    steps.push("handler");
    return { id: "7", size: body.size };
  }),
);
const puts = routes(
  handle(ops.put, ({ id, phone, headers, body }) => {
    const value = { id: `${id} ${phone} ${JSON.stringify(body)}`, size: headers["If-Match"] ?? -1 };
    return { status: headers["If-Match"] ? 200 : 201, value } as const;
  }),
);
const drops = routes(handle(ops.drop, async () => {}));
const loads = routes(handle(ops.load, ({ body }) => ({ format: "csv" as const, body })));

async function call(
  route: ReturnType<typeof routes>,
  method: keyof typeof lists,
  path: string,
  {
    body,
    headers = {},
    params = {},
  }: { body?: string; headers?: Record<string, string>; params?: Record<string, string> } = {},
) {
  steps = [];
  const request = new Request(`http://localhost${path}`, {
    method,
    headers: {
      "accept-language": "en",
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  });
  return route[method](request, { params: Promise.resolve(params) });
}
const problemOf = async (response: Response) => {
  const { detail, errors } = (await response.json()) as {
    detail: string;
    errors?: { pointer: string; code: string }[];
  };
  return [response.status, errors?.map(({ pointer, code }) => `${pointer} ${code}`).join() ?? detail];
};

test("A handler is given what its operation names, and its answer has the status, the place and the tag that its operation names", async () => {
  const created = await call(lists, "POST", "/tags/?dry=yes", { body: '{"size":"3"}' });
  expect([created.status, created.headers.get("location"), await created.json()]).toEqual([
    201,
    "/tags/7/",
    { id: "7", size: 3 },
  ]);

  const found = await call(lists, "GET", "/tags/?limit=5");
  expect([found.status, await found.json()]).toEqual([200, { id, size: 5 }]);
  const again = await call(lists, "GET", "/tags/?limit=5", {
    headers: { "if-none-match": found.headers.get("etag")! },
  });
  expect([again.status, await again.text()]).toEqual([304, ""]);
  const head = await call(lists, "HEAD", "/tags/?limit=5");
  expect([head.status, head.headers.get("etag"), await head.text()]).toEqual([
    200,
    found.headers.get("etag"),
    "",
  ]);

  const params = { id, phone: "%2B7" };
  const changed = await call(puts, "PUT", "/", { body: "[1]", headers: { "if-match": '"3"' }, params });
  expect([changed.status, await changed.json()]).toEqual([
    200,
    { id: `${id.toLowerCase()} +7 [1]`, size: 3 },
  ]);
  expect((await call(puts, "PUT", "/", { body: "[1]", params })).status).toBe(201);

  const gone = await call(drops, "DELETE", "/", { params: { id } });
  expect([gone.status, await gone.text()]).toEqual([204, ""]);
  const file = await call(loads, "POST", "/", { body: "a,b", headers: { "content-type": "text/csv" } });
  expect([file.headers.get("content-disposition"), await file.text()]).toEqual([
    'attachment; filename="x.csv"',
    "a,b",
  ]);
});

test("Who calls is asked first, then what there is, and headers, path, body and query are read in this order", async () => {
  actor = anonymousActor(false);
  expect((await call(lists, "POST", "/tags/?dry=no", { body: "{" })).status).toBe(401);
  expect(steps).toEqual(["who"]);
  actor = anonymousActor(true);
  expect(
    (
      await call(lists, "POST", "/tags/?dry=no", {
        body: "{",
        headers: { origin: "https://elsewhere.example" },
      })
    ).status,
  ).toBe(403);
  expect(steps).toEqual([]);
  has = false;
  expect((await call(lists, "POST", "/tags/?dry=no", { body: "{" })).status).toBe(404);
  expect(steps).toEqual(["who", "count", "needs"]);
  has = true;
  expect((await call(lists, "POST", "/tags/?dry=no", { body: "{" })).status).toBe(400);
  expect(await problemOf(await call(lists, "POST", "/tags/?dry=no", { body: '{"size":1}' }))).toEqual([
    400,
    "/size string",
  ]);
  expect((await call(lists, "POST", "/tags/?dry=no", { body: '{"size":"1"}' })).status).toBe(400);
  expect(steps).toEqual(["who", "count", "needs"]);
  const headers = { "if-match": "x" };
  expect(
    await problemOf(await call(puts, "PUT", "/", { body: "{", headers, params: { id: "x", phone: "%" } })),
  ).toEqual([400, " if_match"]);
  expect(
    await problemOf(await call(puts, "PUT", "/", { body: "{", params: { id: "x", phone: "%" } })),
  ).toEqual([404, "There is no operator x."]);
  expect((await call(puts, "PUT", "/", { body: "{", params: { id, phone: "%" } })).status).toBe(400);
  expect((await call(loads, "POST", "/", { body: "{}" })).status).toBe(415);
  expect((await call(puts, "GET", "/")).headers.get("allow")).toBe("PUT, OPTIONS");
});

test("A handler that returns anything but its operation's answer, or reads what the operation does not name, does not compile", () => {
  // @ts-expect-error a field of another type
  handle(ops.list, () => ({ id: "7", size: "3" }));
  // @ts-expect-error a field that is missing, from a promise
  handle(ops.list, async () => ({ id: "7" }));
  // @ts-expect-error nothing, where there is an answer
  handle(ops.make, () => {});
  // @ts-expect-error an answer, where there is none
  handle(ops.drop, async () => ({ id: "7", size: 3 }));
  // @ts-expect-error a status that it does not have
  handle(ops.put, () => ({ status: 202, value: { id: "7", size: 3 } }) as const);
  // @ts-expect-error no status, where it has several
  handle(ops.put, () => ({ id: "7", size: 3 }));
  // @ts-expect-error JSON, where it is a file
  handle(ops.load, () => ({ id: "7", size: 3 }));
  // @ts-expect-error a response of its own
  handle(ops.list, () => new Response());
  // @ts-expect-error a parameter that its path does not have
  handle(ops.make, ({ phone }) => ({ id: phone, size: 3 }));
  handle(
    ops.put,
    // @ts-expect-error a header that it does not name
    ({ headers }) => ({ status: 200, value: { id: headers["Idempotency-Key"], size: 3 } }) as const,
  );
  // @ts-expect-error a field that its query does not have
  handle(ops.list, ({ query }) => ({ id: query.name, size: 3 }));
  // @ts-expect-error a body that is the service's to read
  handle(ops.put, ({ body }) => ({ status: 200, value: body }) as const);
  // @ts-expect-error a field that no operation has
  defineOperations({ one: { ...common, method: "get", path: "/tags/", answers: {}, problem: [404] } });
  // @ts-expect-error a right that there is not
  defineOperations({ one: { ...common, method: "get", path: "/tags/", answers: {}, right: "write" } });
});
