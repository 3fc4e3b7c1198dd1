import { pageOf } from "@/lib/contract/page";
import {
  inboundsToldSchema,
  inboundTakenSchema,
  replyListQuerySchema,
  replySchema,
  sandboxReplySchema,
} from "@/lib/contract/sending/inbound";
import { defineOperations } from "./operation";

export const replyOperations = defineOperations({
  listReplies: {
    method: "get",
    path: "/api/v1/inbound/",
    tag: "audience",
    right: "audience:read",
    summary: "List what people answered, newest first",
    query: replyListQuerySchema,
    answers: { 200: { description: "A page of replies.", schema: pageOf(replySchema) } },
  },
  postInbound: {
    method: "post",
    path: "/api/v1/inbound/{gateway}/",
    tag: "gateways",
    summary: "What people answered, told by a gateway",
    description:
      "Up to 1,000 a call, committed before the answer. Each is read for itself: one that cannot be read is told in `rejected`, and all others count. One that came before, by its gateway and `id`, changes nothing. A STOP counts even when its `id` is missing, wrong or another message's. A text that is nothing but STOP, СТОП, ОТПИСАТЬСЯ or the like opts whoever wrote it out; START or СТАРТ takes that back and nothing else. Signed as delivery reports are. Twilio's own messages come to the same address, as forms, and are answered with an empty TwiML.",
    isPublic: true,
    headers: ["X-Signature"],
    body: {
      schema: inboundsToldSchema,
      example: [{ id: "in-1", from: "+79100007919", to: "1234", text: "STOP", at: "2027-03-01T09:00:00Z" }],
      readBy: "handler",
    },
    answers: {
      200: {
        description: "How many messages are new, and which could not be read.",
        schema: inboundTakenSchema,
      },
    },
    problems: [404],
  },
  replyBySandbox: {
    method: "post",
    path: "/api/v1/sandbox/replies/",
    tag: "gateways",
    right: "audience:write",
    needs: "sandbox",
    summary: "Answer from a phone of the sandbox",
    description: "As if its gateway had told of the message.",
    body: { schema: sandboxReplySchema, example: { phone: "+79100007919", text: "STOP" } },
    answers: { 204: { description: "It was received." } },
    problems: [403, 404],
  },
});
