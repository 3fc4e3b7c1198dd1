import { z } from "zod";
import { gatewaySchema } from "@/lib/contract/sending/gateway";
import { receiptsTakenSchema, receiptsToldSchema } from "@/lib/contract/sending/receipt";
import { sandboxMessageSchema, sandboxMessagesQuerySchema } from "@/lib/contract/sending/sandbox";
import { defineOperations, tagged } from "./operation";

export const gatewayOperations = defineOperations({
  listGateways: {
    method: "get",
    path: "/api/v1/gateways/",
    tag: "gateways",
    right: "read",
    summary: "The gateways and their senders",
    description:
      "By the names that operators have in `gateway`. A dispatch that names no `sender` is from the first of each; without senders the gateway decides.",
    answers: { 200: { description: "All of them.", schema: z.object({ items: z.array(gatewaySchema) }) } },
  },
  postReceipts: {
    method: "post",
    path: "/api/v1/receipts/{gateway}/",
    tag: "gateways",
    summary: "Delivery reports of a gateway",
    description:
      "Up to 1,000 a call, committed before the answer. Each is read for itself: one that cannot be read is told in `rejected`, and all others count. An id may be a text or a whole number; fields beside these are ignored. Early, repeated and unknown ones do no harm, and those of messages that another gateway was given change nothing; of several for one message the first counts. With any `AUTH` but `open` they must be signed. Twilio's own reports come to the same address, as forms.",
    isPublic: true,
    headers: ["X-Signature"],
    body: {
      schema: receiptsToldSchema,
      example: [{ id: "4294967297", status: "delivered", error: null }],
      readBy: "handler",
    },
    answers: {
      200: {
        description: "How many messages changed, and which reports could not be read.",
        schema: receiptsTakenSchema,
      },
    },
    problems: [404],
  },
  listSandboxMessages: {
    method: "get",
    path: "/api/v1/sandbox/messages/",
    tag: "gateways",
    right: "audience:read",
    needs: "sandbox",
    summary: "What a phone of the sandbox shows",
    query: sandboxMessagesQuerySchema,
    ...tagged({
      description: "Newest first.",
      schema: z.object({ phone: z.string(), items: z.array(sandboxMessageSchema) }),
    }),
    problems: [404],
  },
});
