import { z } from "zod";
import { apiKeyCreateSchema, apiKeySchema, newApiKeySchema } from "../api-key";
import { auditEntrySchema, auditQuerySchema } from "../audit";
import { overviewQuerySchema, overviewSchema } from "../overview";
import { pageOf, pageQuerySchema } from "../page";
import { receiptsSchema } from "../receipt";
import { sandboxMessageSchema, sandboxMessagesQuerySchema } from "../sandbox";
import { sendingPutSchema, sendingSchema } from "../sending";
import { statusSchema } from "../status";
import {
  invitationAcceptedSchema,
  invitationAcceptSchema,
  invitationCreateSchema,
  invitationSchema,
  userSchema,
  userUpdateSchema,
} from "../user";
import type { Operation } from "./operation";

const unchanged = { 304: { description: "Nothing has changed." } };

export const installationOperations: Operation[] = [
  {
    method: "get",
    path: "/api/v1/overview/",
    id: "getOverview",
    tag: "installation",
    summary: "The figures of the first page",
    query: overviewQuerySchema,
    headers: ["If-None-Match"],
    answers: { 200: { description: "The figures.", schema: overviewSchema, headers: ["ETag"] }, ...unchanged },
  },
  {
    method: "get",
    path: "/api/v1/sending/",
    id: "getSending",
    tag: "installation",
    summary: "Is all sending stopped?",
    headers: ["If-None-Match"],
    answers: { 200: { description: "The state.", schema: sendingSchema, headers: ["ETag"] }, ...unchanged },
  },
  {
    method: "put",
    path: "/api/v1/sending/",
    id: "setSending",
    tag: "installation",
    summary: "Stop everything, or end the stop",
    description: "Nothing goes out a second after a stop, whatever runs.",
    body: { schema: sendingPutSchema, example: { state: "stopped", reason: "Wrong text" } },
    answers: { 200: { description: "The state.", schema: sendingSchema } },
    problems: [403],
  },
  {
    method: "get",
    path: "/api/v1/status/",
    id: "getStatus",
    tag: "installation",
    summary: "How every part is",
    isPublic: true,
    answers: { 200: { description: "The parts, and what runs.", schema: statusSchema } },
  },
  {
    method: "post",
    path: "/api/v1/receipts/{gateway}/",
    id: "postReceipts",
    tag: "gateways",
    summary: "Delivery reports of a gateway",
    description:
      "Up to 1,000 a call, committed before the answer. Early, repeated and unknown ones do no harm, and those of messages that another gateway was given change nothing; of several for one message the first counts. With any `AUTH` but `open` they must be signed. Twilio's own reports come to the same address, as forms.",
    isPublic: true,
    headers: ["X-Signature"],
    body: { schema: receiptsSchema, example: [{ id: "4294967297", status: "delivered", at: "2027-01-21T15:26:40.000Z", error: null }] },
    answers: { 200: { description: "How many messages changed.", schema: z.object({ changed: z.int() }) } },
    problems: [404],
  },
  {
    method: "get",
    path: "/api/v1/sandbox/messages/",
    id: "listSandboxMessages",
    tag: "gateways",
    summary: "What a phone of the sandbox shows",
    query: sandboxMessagesQuerySchema,
    headers: ["If-None-Match"],
    answers: {
      200: {
        description: "Newest first.",
        schema: z.object({ phone: z.string(), items: z.array(sandboxMessageSchema) }),
        headers: ["ETag"],
      },
      ...unchanged,
    },
    problems: [404],
  },
  {
    method: "get",
    path: "/api/v1/users/",
    id: "listUsers",
    tag: "access",
    summary: "List users",
    query: pageQuerySchema,
    answers: { 200: { description: "A page of users.", schema: pageOf(userSchema) } },
    problems: [403],
  },
  {
    method: "patch",
    path: "/api/v1/users/{id}/",
    id: "updateUser",
    tag: "access",
    summary: "Give a user another role, shut one out or let one in",
    body: { schema: userUpdateSchema, example: { role: "marketer" } },
    answers: { 200: { description: "The user.", schema: userSchema } },
    problems: [403, 404, 409],
  },
  {
    method: "post",
    path: "/api/v1/invitations/",
    id: "createInvitation",
    tag: "access",
    summary: "A one-time link for somebody new, or to a new password",
    body: { schema: invitationCreateSchema, example: { role: "marketer" } },
    answers: { 201: { description: "The link: it is told this once.", schema: invitationSchema } },
    problems: [403, 404],
  },
  {
    method: "post",
    path: "/api/v1/invitations/accept/",
    id: "acceptInvitation",
    tag: "access",
    summary: "Use a one-time link",
    isPublic: true,
    body: {
      schema: invitationAcceptSchema,
      example: { token: "x".repeat(43), name: "Ann", email: "ann@example.com", password: "a password of some length" },
    },
    answers: { 200: { description: "Who may sign in now.", schema: invitationAcceptedSchema } },
    problems: [404, 409],
  },
  {
    method: "get",
    path: "/api/v1/api-keys/",
    id: "listApiKeys",
    tag: "access",
    summary: "List API keys",
    query: pageQuerySchema,
    answers: { 200: { description: "A page of keys, without what they are.", schema: pageOf(apiKeySchema) } },
    problems: [403],
  },
  {
    method: "post",
    path: "/api/v1/api-keys/",
    id: "createApiKey",
    tag: "access",
    summary: "Make an API key",
    body: { schema: apiKeyCreateSchema, example: { name: "shop", scopes: ["dispatches:write"] } },
    answers: { 201: { description: "The key: it is told this once.", schema: newApiKeySchema } },
    problems: [403],
  },
  {
    method: "delete",
    path: "/api/v1/api-keys/{id}/",
    id: "revokeApiKey",
    tag: "access",
    summary: "Revoke an API key",
    answers: { 204: { description: "It is refused from now on." } },
    problems: [403, 404],
  },
  {
    method: "get",
    path: "/api/v1/audit/",
    id: "listAudit",
    tag: "access",
    summary: "What was changed and by whom, newest first",
    query: auditQuerySchema,
    answers: { 200: { description: "A page of changes.", schema: pageOf(auditEntrySchema) } },
    problems: [403],
  },
];
