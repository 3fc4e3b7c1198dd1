import {
  recipientExportQuerySchema,
  recipientListQuerySchema,
  recipientPutSchema,
  recipientSchema,
} from "@/lib/contract/audience/recipient";
import { pageOf } from "@/lib/contract/page";
import { defineOperations } from "./operation";

const recipient = { description: "The recipient.", schema: recipientSchema };
const gone = { 204: { description: "It is gone." } };

export const recipientOperations = defineOperations({
  listRecipients: {
    method: "get",
    path: "/api/v1/recipients/",
    tag: "audience",
    right: "audience:read",
    summary: "List recipients, newest first",
    query: recipientListQuerySchema,
    answers: { 200: { description: "A page of recipients.", schema: pageOf(recipientSchema) } },
  },
  getRecipient: {
    method: "get",
    path: "/api/v1/recipients/{phone}/",
    tag: "audience",
    right: "audience:read",
    summary: "Read a recipient",
    answers: { 200: recipient },
    problems: [404],
  },
  putRecipient: {
    method: "put",
    path: "/api/v1/recipients/{phone}/",
    tag: "audience",
    right: "audience:write",
    summary: "Make or change a recipient",
    description:
      "What is left out stays as it is, null empties it, and tags and attributes that are given replace those there are. For somebody new without an operator, and with `null`, the prefix of the number decides. It never opts anybody in.",
    body: {
      schema: recipientPutSchema,
      example: { operator: "mts", tags: ["VIP"], timezone: "Europe/Moscow", attributes: { city: "Moscow" } },
    },
    answers: {
      200: { ...recipient, description: "It was changed." },
      201: { ...recipient, description: "It was made." },
    },
    problems: [403],
  },
  deleteRecipient: {
    method: "delete",
    path: "/api/v1/recipients/{phone}/",
    tag: "audience",
    right: "audience:write",
    summary: "Delete a recipient",
    description: "Its opt-out stays, should it come back.",
    answers: gone,
    problems: [403, 404],
  },
  optOut: {
    method: "put",
    path: "/api/v1/recipients/{phone}/opt-out/",
    tag: "audience",
    right: "audience:write",
    summary: "Opt a recipient out",
    description: "Holds for what has not been handed over yet.",
    answers: { 200: recipient },
    problems: [403, 404],
  },
  optIn: {
    method: "delete",
    path: "/api/v1/recipients/{phone}/opt-out/",
    tag: "audience",
    right: "audience:write",
    summary: "Take an opt-out back",
    answers: { 200: recipient },
    problems: [403, 404],
  },
  exportRecipients: {
    method: "get",
    path: "/api/v1/recipients/export/",
    tag: "audience",
    right: "audience:export",
    summary: "Recipients as a CSV file that can be imported again, or a workbook",
    query: recipientExportQuerySchema,
    answers: { 200: { description: "One line a recipient.", file: "text/csv", fileName: "recipients" } },
  },
});
