import { existsSync, readdirSync, readFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";
import { expect, test } from "vitest";
import { problemSchema } from "@/lib/contract/problem";
import { openApiDocument, operations, parametersOf, schemaObject } from "./document";
import { pathParameters, requestHeaders, tags } from "./operation";
import { russian } from "./russian";

const api = new URL("../../../app/api/v1/", import.meta.url);
const client = new URL("../../../examples/typescript-client/schema.d.ts", import.meta.url);

/** What the route files answer, as `get /api/v1/x/{id}/`. */
function routes(): string[] {
  const files = readdirSync(api, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith("route.ts"));
  return files.flatMap((file) => {
    const source = readFileSync(new URL(file, api), "utf8");
    const path = `/api/v1/${file.replace(/route\.ts$/, "").replaceAll(/\[(\w+)\]/g, "{$1}")}`.replace(/\.csv\/$/, ".csv");
    return [...source.matchAll(/^ {2,4}(GET|POST|PUT|PATCH|DELETE): /gm)].map(([, method]) => `${method!.toLowerCase()} ${path}`);
  });
}

test("The document has every route and every method that there is, and nothing else", () => {
  const told = operations.map(({ method, path }) => `${method} ${path}`);
  expect(told.length).toBeGreaterThan(40);
  expect([...told].sort()).toEqual(routes().sort());
});

test("Each operation has a name of its own, and parameters that are described", () => {
  expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
  for (const { path } of operations) for (const name of parametersOf(path)) expect(pathParameters[name], `${path} ${name}`).toBeDefined();
});

test("Each sentence is there in Russian, and none that nobody reads", () => {
  const sentences = [
    ...Object.values(tags),
    ...[...Object.values(pathParameters), ...Object.values(requestHeaders)].map(({ description }) => description),
    ...operations.flatMap(({ summary, description, answers }) => [
      summary,
      ...(description ? [description] : []),
      ...Object.values(answers).map((answer) => answer.description),
    ]),
  ];
  expect([...new Set(sentences)].sort()).toEqual(Object.keys(russian).sort());
});

test("Each example is what its operation takes", () => {
  for (const { id, body } of operations) {
    if (!body || "file" in body) continue;
    expect(body.schema.safeParse(body.example).error?.issues, id).toBeUndefined();
  }
});

test("Nothing that is answered is left undescribed", () => {
  for (const { id, answers } of operations)
    for (const [status, { schema, file }] of Object.entries(answers))
      expect(Boolean(schema || file), `${id} ${status}`).toBe(!["204", "304"].includes(status));
  expect(schemaObject(problemSchema, "output", problemSchema)).toMatchObject({
    type: "object",
    required: expect.arrayContaining(["type", "status"]),
  });
});

// The generator refuses a document that is not valid OpenAPI 3.1.
test("The document is valid, and the example client has the types it makes today", async () => {
  const types = astToString(await openapiTS(openApiDocument("1.2.3") as never));
  if (process.env.WRITE_CLIENT) (await import("node:fs")).writeFileSync(client, types);
  expect(existsSync(client)).toBe(true);
  // Write them anew by WRITE_CLIENT=1 npx vitest run --project unit lib/contract/openapi
  expect(readFileSync(client, "utf8")).toBe(types);
});
