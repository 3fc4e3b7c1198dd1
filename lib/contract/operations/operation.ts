import type { z } from "zod";
import { type headerSchemas, idempotencyKeyPattern, ifMatchPattern } from "@/lib/contract/headers";
import { phonePattern } from "@/lib/contract/phone";
import type { Right } from "@/lib/domain/rights";

export const methods = ["get", "post", "put", "patch", "delete"] as const;
export type HttpMethod = (typeof methods)[number];

/** What an operation answers when it is done. */
export interface Answer {
  description: string;
  /** Of a JSON body; left out where there is none, or it is a file. */
  schema?: z.ZodType;
  /** The media type of a file, and what it is called, without its extension. */
  file?: string;
  fileName?: string;
  /** Where what was made can be read: a path with fields of the answer. */
  location?: string;
  /** Has an ETag, and is 304 to whoever has it already. */
  isTagged?: boolean;
  /** `no-store` where it is left out. */
  cacheControl?: string;
}

export interface JsonBody {
  schema: z.ZodType;
  example: unknown;
  /**
   * Who reads it, when it is not checked by its schema before the handler has it. `service`: it is
   * given as it was sent, so that the service can tell all that is wrong at once, beyond what its
   * schema knows. `handler`: it is left in the request.
   */
  readBy?: "service" | "handler";
}

/**
 * One call of the API. Its route handler (lib/http/operations) and the API's document
 * (lib/contract/openapi) are made from it.
 */
export interface Operation {
  method: HttpMethod;
  /** With its slash at the end; `{name}` is a parameter. */
  path: string;
  /** Unique: what generated clients call it. */
  id: string;
  tag: Tag;
  summary: string;
  description?: string;
  /** It is in the public contract itself; all others go beyond it. */
  isContract?: boolean;
  /** What a key or a user needs for it; none where anybody may call. The service asks for it. */
  right?: Right;
  /** Anybody may call it. */
  isPublic?: boolean;
  /** What an installation may be without: then it is 404. */
  needs?: "sign-in" | "sandbox";
  query?: z.ZodObject;
  headers?: readonly (keyof typeof requestHeaders)[];
  /** `file`: its media type; `otherFiles`: those that it may have instead. */
  body?: JsonBody | { file: string; otherFiles?: readonly string[] };
  answers: Record<number, Answer>;
  /** Statuses of problems besides those that any call may have. */
  problems?: readonly number[];
}

type Described = Omit<Operation, "id">;
/** A field that no operation has is a mistake. */
type KnownFields<T> = { [K in keyof T]: { [Field in Exclude<keyof T[K], keyof Described>]: never } };

/** Operations by their ids, with the types of all that they take and answer. */
export function defineOperations<const T extends Record<string, Described>>(described: T & KnownFields<T>) {
  const named = Object.entries<Described>(described).map(([id, operation]) => [id, { ...operation, id }]);
  return Object.fromEntries(named) as { [Id in keyof T]: T[Id] & { id: Id } };
}

/** Of what pages read again and again. */
export const tagged = <const A extends Answer>(answer: A) =>
  ({
    headers: ["If-None-Match"],
    answers: { 200: { ...answer, isTagged: true }, 304: { description: "Nothing has changed." } },
  }) as const;

/** The names of a path's parameters. */
export const parametersOf = (path: string): string[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);

/** What the `{id}` of a path is the id of, by the name before it. */
export const things: Record<string, string> = {
  dispatches: "dispatch",
  drafts: "draft",
  templates: "template",
  "dispatch-views": "dispatch_view",
  operators: "operator",
  tags: "tag",
  audiences: "audience",
  imports: "import",
  "number-range-loads": "range_load",
  webhooks: "webhook",
  "webhook-deliveries": "webhook_delivery",
  users: "user",
  invitations: "invitation",
  "api-keys": "api_key",
  sessions: "session",
};

export const tags = {
  dispatches: "One text, sent to a filtered audience within a time window.",
  audience: "Operators, tags, the recipients themselves, and audiences made of them.",
  imports: "Recipients from CSV files.",
  installation: "Figures, the emergency stop, how everything is.",
  gateways: "What gateways report, and what the sandbox's phones show.",
  webhooks: "Addresses of yours that are told what happens, signed as Standard Webhooks says.",
  access: "Users, keys, invitations and what they changed.",
} as const;
export type Tag = keyof typeof tags;

/** Parameters of paths: the same name means the same everywhere. */
export const pathParameters: Record<
  string,
  { description: string; example: string; schema: Record<string, unknown> }
> = {
  id: {
    description: "The id.",
    example: "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    schema: { type: "string", format: "uuid" },
  },
  phone: {
    description:
      "A phone in E.164, its `+` written as `%2B` or left out. 400 where no number of its country can be that.",
    example: "+79100007919",
    schema: { type: "string", pattern: phonePattern.source },
  },
  gateway: {
    description: "The gateway's name.",
    example: "sandbox",
    schema: { type: "string", minLength: 1 },
  },
};

export const requestHeaders = {
  "Idempotency-Key": {
    description:
      "1 to 255 printable ASCII characters. The same key and body get the same answer again and make one dispatch, for 30 days.",
    schema: { type: "string", pattern: idempotencyKeyPattern.source },
    example: "order-2027-0042",
  },
  "If-Match": {
    description: 'The version that is changed, such as `"3"`; 412 when there is a newer one.',
    schema: { type: "string", pattern: ifMatchPattern.source },
    example: '"1"',
  },
  "If-None-Match": {
    description: "The ETag of the answer one has: 304 when it has not changed.",
    schema: { type: "string" },
  },
  "X-Signature": {
    description: "`sha256=<hex HMAC-SHA256 of the body>`, with the gateway's secret, where one is set.",
    schema: { type: "string" },
  },
} as const satisfies Record<keyof typeof headerSchemas, unknown>;

export const answerHeaders = {
  ETag: { description: "Of this very answer.", schema: { type: "string" } },
  Location: { description: "Where what was made can be read.", schema: { type: "string" } },
  "Retry-After": { description: "Seconds.", schema: { type: "integer" } },
  "WWW-Authenticate": { description: "How to come in.", schema: { type: "string" } },
  RateLimit: {
    description: 'What a key has left of its minute: `"key";r=599;t=60`.',
    schema: { type: "string" },
  },
  "RateLimit-Policy": { description: 'What a key may do: `"key";q=600;w=60`.', schema: { type: "string" } },
  "X-Request-Id": {
    description: "Of this request, the caller's own when it named one.",
    schema: { type: "string" },
  },
} as const;
