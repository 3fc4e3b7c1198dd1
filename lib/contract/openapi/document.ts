import { z } from "zod";
import { apiKeySchema } from "@/lib/contract/access/api-key";
import { userSchema } from "@/lib/contract/access/user";
import { importSchema } from "@/lib/contract/audience/import";
import { operatorSchema } from "@/lib/contract/audience/operator";
import { recipientSchema } from "@/lib/contract/audience/recipient";
import { tagSchema } from "@/lib/contract/audience/tag";
import { dispatchCreateSchema, dispatchSchema, progressSchema } from "@/lib/contract/dispatches/dispatch";
import { messageSchema } from "@/lib/contract/dispatches/message";
import { operations } from "@/lib/contract/operations/all";
import {
  type Answer,
  answerHeaders,
  type Operation,
  parametersOf,
  pathParameters,
  requestHeaders,
  tags,
} from "@/lib/contract/operations/operation";
import { problemSchema } from "@/lib/contract/problem";
import { textOf } from "@/lib/contract/texts";
import { timeZoneSchema } from "@/lib/contract/time-zone";
import { webhookDeliverySchema, webhookSchema } from "@/lib/contract/webhooks/webhook";

type Json = Record<string, unknown>;

/** Schemas with a name of their own in the document. */
const named = new Map<z.ZodType, string>([
  [dispatchSchema, "Dispatch"],
  [dispatchCreateSchema, "DispatchCreate"],
  [progressSchema, "Progress"],
  [operatorSchema, "Operator"],
  [tagSchema, "Tag"],
  [recipientSchema, "Recipient"],
  [importSchema, "Import"],
  [messageSchema, "Message"],
  [userSchema, "User"],
  [apiKeySchema, "ApiKey"],
  [webhookSchema, "Webhook"],
  [webhookDeliverySchema, "WebhookDelivery"],
  [problemSchema, "Problem"],
]);
/** Those that what is sent refers to, too. */
const namedInput = new Map<z.ZodType, string>([[timeZoneSchema, "TimeZone"]]);

/** What any call may answer with. */
const always = [400, 401, 429, 500, 503];
const ofBodies = [408, 413, 415];
/** Without the right that it needs, and from a page of another origin. */
const ofRights = [403];

/** Statuses of the problems an operation may answer with, ascending. */
export function problemsOf(operation: Operation): number[] {
  const found = new Set([...always, ...(operation.problems ?? [])]);
  if (operation.body) for (const status of ofBodies) found.add(status);
  if (operation.right || operation.method !== "get") for (const status of ofRights) found.add(status);
  return [...found].sort((a, b) => a - b);
}

/**
 * The API in OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1). Made from the schemas that check
 * the calls themselves. @param version the program's
 */
export function openApiDocument(version: string): Json {
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    paths[operation.path] ??= {};
    paths[operation.path]![operation.method] = operationObject(operation);
  }
  const schemas = Object.fromEntries(
    [...named, ...namedInput].map(([schema, name]) => [name, schemaObject(schema, "output", schema)]),
  );
  return {
    openapi: "3.1.0",
    info: {
      title: "Carillon",
      version,
      description:
        "Sends one SMS text to a filtered audience, inside a time window, at the rate each mobile operator allows. JSON in UTF-8; times in answers are UTC. Lists are paged by `cursor`. Errors are problems (RFC 9457) that name every wrong field at once, in Russian or English by `Accept-Language`.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    security: [{ key: [] }, {}],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: {
        key: {
          type: "http",
          scheme: "bearer",
          description:
            "An API key. Needed where there is sign-in (`AUTH=required`). Each call names the right that it needs; a key's scopes give rights.",
        },
      },
      schemas,
      headers: answerHeaders,
    },
  };
}

function operationObject(operation: Operation): Json {
  const { id, tag, right, summary, description, isContract, isPublic, body } = operation;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description && { description }),
    ...(!isContract && { "x-carillon-extension": true }),
    security: right ? [{ key: [right] }, {}] : isPublic ? [{}] : [{ key: [] }, {}],
    parameters: parametersObject(operation),
    ...(body && {
      requestBody: {
        required: true,
        content:
          "file" in body
            ? Object.fromEntries(
                [body.file, ...(body.otherFiles ?? [])].map((type) => [type, { schema: { type: "string" } }]),
              )
            : { "application/json": { schema: schemaObject(body.schema, "input"), example: body.example } },
      },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(operation.answers).map(([status, answer]) => [status, answerObject(answer)]),
      ),
      ...Object.fromEntries(problemsOf(operation).map((status) => [status, problemObject(status)])),
    },
  };
}

function parametersObject({ path, query, headers = [] }: Operation): Json[] {
  const ofPath = parametersOf(path).map((name) => {
    const { description, example, schema } = pathParameters[name]!;
    return { name, in: "path", required: true, description, schema, example };
  });
  const shape =
    (query ? (schemaObject(query, "input") as { properties?: Json; required?: string[] }) : {}) ?? {};
  const ofQuery = Object.entries(shape.properties ?? {}).map(([name, schema]) => ({
    name,
    in: "query",
    required: shape.required?.includes(name) ?? false,
    schema,
  }));
  return [...ofPath, ...ofQuery, ...headers.map((name) => ({ name, in: "header", ...requestHeaders[name] }))];
}

const headersOf = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

function answerObject({ description, schema, file, location, isTagged }: Answer): Json {
  const own = [...(location ? ["Location"] : []), ...(isTagged ? ["ETag"] : [])];
  return {
    description,
    headers: headersOf([...own, "X-Request-Id", "RateLimit", "RateLimit-Policy"]),
    ...(schema && { content: { "application/json": { schema: schemaObject(schema, "output") } } }),
    ...(file && { content: { [file]: { schema: { type: "string" } } } }),
  };
}

const titles: Record<number, string> = {
  400: "validation",
  401: "unauthenticated",
  403: "forbidden",
  404: "not-found",
  408: "timeout",
  409: "conflict",
  412: "precondition-failed",
  413: "payload-too-large",
  415: "unsupported-media-type",
  429: "too-many-requests",
  500: "internal",
  503: "unavailable",
};

function problemObject(status: number): Json {
  const own = { 401: ["WWW-Authenticate"], 429: ["Retry-After"], 503: ["Retry-After"] }[status] ?? [];
  return {
    description: textOf("en", `title.${titles[status]}`),
    headers: headersOf([...own, "X-Request-Id"]),
    content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
  };
}

/**
 * A schema in JSON Schema 2020-12. Named ones become references, but for `top`.
 * @param io what may be sent, or what is answered
 */
export function schemaObject(schema: z.ZodType, io: "input" | "output", top?: z.ZodType): Json {
  const names = io === "output" ? named : namedInput;
  const own = names.get(schema);
  if (own && schema !== top) return { $ref: `#/components/schemas/${own}` };
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override({ zodSchema, jsonSchema }) {
      const name = names.get(zodSchema as unknown as z.ZodType);
      if (!name || (zodSchema as unknown) === schema) return;
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key as keyof typeof jsonSchema];
      jsonSchema.$ref = `#/components/schemas/${name}`;
    },
  }) as Json;
  return json;
}
