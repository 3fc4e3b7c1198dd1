import type { z } from "zod";
import { idempotencyKeyPattern, ifMatchPattern } from "@/lib/contract/dispatches/dispatch";
import { phonePattern } from "@/lib/contract/phone";
import type { Right } from "@/lib/domain/rights";

export const methods = ["get", "post", "put", "patch", "delete"] as const;
export type HttpMethod = (typeof methods)[number];

/** What an operation answers when it is done. */
export interface Answer {
  description: string;
  /** Of a JSON body; left out where there is none, or it is a file. */
  schema?: z.ZodType;
  /** The media type of a file. */
  file?: string;
  headers?: readonly (keyof typeof answerHeaders)[];
}

/** One call of the API, in the words of its document. */
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
  /** What a key or a user needs for it; none where anybody may call. */
  right?: Right;
  /** Anybody may call it. */
  isPublic?: boolean;
  query?: z.ZodObject;
  headers?: readonly (keyof typeof requestHeaders)[];
  body?: { schema: z.ZodType; example: unknown } | { file: string };
  answers: Record<number, Answer>;
  /** Statuses of problems besides those that any call may have. */
  problems?: readonly number[];
}

export const tags = {
  dispatches: "One text, sent to a filtered audience within a time window.",
  audience: "Operators, tags and the recipients themselves.",
  imports: "Recipients from CSV files.",
  installation: "Figures, the emergency stop, how everything is.",
  gateways: "What gateways report, and what the sandbox's phones show.",
  webhooks: "Addresses of yours that are told what happens, signed as Standard Webhooks says.",
  access: "Users, keys, invitations and what they changed.",
} as const;
export type Tag = keyof typeof tags;

/** Parameters of paths: the same name means the same everywhere. */
export const pathParameters: Record<string, { description: string; example: string; schema: Record<string, unknown> }> = {
  id: { description: "The id.", example: "3fa85f64-5717-4562-b3fc-2c963f66afa6", schema: { type: "string", format: "uuid" } },
  phone: {
    description: "A phone in E.164, its `+` written as `%2B` or left out. 400 where no number of its country can be that.",
    example: "+79100007919",
    schema: { type: "string", pattern: phonePattern.source },
  },
  gateway: { description: "The gateway's name.", example: "sandbox", schema: { type: "string", minLength: 1 } },
};

export const requestHeaders = {
  "Idempotency-Key": {
    description: "1 to 255 printable ASCII characters. The same key and body get the same answer again and make one dispatch, for 30 days.",
    schema: { type: "string", pattern: idempotencyKeyPattern.source },
    example: "order-2027-0042",
  },
  "If-Match": {
    description: 'The version that is changed, such as `"3"`; 412 when there is a newer one.',
    schema: { type: "string", pattern: ifMatchPattern.source },
    example: '"1"',
  },
  "If-None-Match": { description: "The ETag of the answer one has: 304 when it has not changed.", schema: { type: "string" } },
  "X-Signature": {
    description: "`sha256=<hex HMAC-SHA256 of the body>`, with the gateway's secret, where one is set.",
    schema: { type: "string" },
  },
} as const;

export const answerHeaders = {
  ETag: { description: "Of this very answer.", schema: { type: "string" } },
  Location: { description: "Where what was made can be read.", schema: { type: "string" } },
  "Retry-After": { description: "Seconds.", schema: { type: "integer" } },
  "WWW-Authenticate": { description: "How to come in.", schema: { type: "string" } },
  RateLimit: { description: 'What a key has left of its minute: `"key";r=599;t=60`.', schema: { type: "string" } },
  "RateLimit-Policy": { description: 'What a key may do: `"key";q=600;w=60`.', schema: { type: "string" } },
  "X-Request-Id": { description: "Of this request, the caller's own when it named one.", schema: { type: "string" } },
} as const;
