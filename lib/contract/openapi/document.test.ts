import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import type { z } from "zod";
import { operations } from "@/lib/contract/operations/all";
import {
  type Operation,
  parametersOf,
  pathParameters,
  requestHeaders,
  tags,
  things,
} from "@/lib/contract/operations/operation";
import { problemSchema } from "@/lib/contract/problem";
import { hasText } from "@/lib/contract/texts";
import { openApiDocument, schemaObject } from "./document";
import { russian } from "./russian";

const api = new URL("../../../app/api/v1/", import.meta.url);
const client = new URL("../../../examples/typescript-client/schema.d.ts", import.meta.url);

/** What the route files answer, as `listTags get /api/v1/tags/`. */
async function routes(): Promise<string[]> {
  const files = readdirSync(api, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith("route.ts"),
  );
  const told = files.map(async (file) => {
    const route: Record<string, { operation?: Operation }> = await import(new URL(file, api).href);
    const path = `/api/v1/${file.replace(/route\.ts$/, "").replaceAll(/\[(\w+)\]/g, "{$1}")}`.replace(
      /\.csv\/$/,
      ".csv",
    );
    return Object.entries(route).flatMap(([method, { operation }]) =>
      operation ? [`${operation.id} ${method.toLowerCase()} ${path}`] : [],
    );
  });
  return (await Promise.all(told)).flat();
}

test("The document has every route and every method that there is, and nothing else", async () => {
  const told = operations.map(({ id, method, path }) => `${id} ${method} ${path}`);
  expect(told.length).toBeGreaterThan(40);
  expect([...told].sort()).toEqual((await routes()).sort());
});

test("Each operation has a name of its own, and parameters that are described", () => {
  expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
  for (const { path } of operations)
    for (const name of parametersOf(path)) expect(pathParameters[name], `${path} ${name}`).toBeDefined();
  const ofIds = operations.flatMap(({ path }) => /([\w-]+)\/\{id\}/.exec(path)?.[1] ?? []);
  expect([...new Set(ofIds)].sort()).toEqual(Object.keys(things).sort());
  for (const thing of Object.values(things)) expect(hasText(`detail.not-found.${thing}`), thing).toBe(true);
});

test("What is made can be read where its answer says, and each file has a name", () => {
  const readable = new Set(operations.filter(({ method }) => method === "get").map(({ path }) => path));
  for (const { id, answers } of operations)
    for (const { schema, location, file, fileName } of Object.values(answers)) {
      expect(Boolean(file), id).toBe(Boolean(fileName));
      if (!location) continue;
      expect(readable, id).toContain(location);
      for (const name of parametersOf(location))
        expect((schema as z.ZodObject).shape, id).toHaveProperty(name);
    }
});

test("Each sentence is there in Russian, and none that nobody reads", () => {
  const sentences = [
    ...Object.values(tags),
    ...[...Object.values(pathParameters), ...Object.values(requestHeaders)].map(
      ({ description }) => description,
    ),
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

/**
 * The types of the example client. Its generator, which is installed beside it alone, refuses a
 * document that is not valid OpenAPI 3.1.
 */
async function typesOf(document: unknown): Promise<string> {
  const { default: openapiTS, astToString } = createRequire(client)("openapi-typescript");
  return astToString(await openapiTS(document));
}

test("The example client has the types of the document as it is", async () => {
  const document = openApiDocument("1.2.3");
  const hash = createHash("sha256").update(JSON.stringify(document)).digest("hex");
  const mark = `// Of the document with the SHA-256 ${hash}.\n`;
  if (process.env.WRITE_CLIENT) writeFileSync(client, mark + (await typesOf(document)));
  // Write them anew: npm ci --prefix examples/typescript-client, and then
  // WRITE_CLIENT=1 npx vitest run --project unit lib/contract/openapi/document.test.ts
  expect(readFileSync(client, "utf8").split("\n", 1)).toEqual([mark.trimEnd()]);
});
