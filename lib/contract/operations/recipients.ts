import { z } from "zod";
import {
  attributeSchema,
  recipientDeleteQuerySchema,
  recipientExportQuerySchema,
  recipientListQuerySchema,
  recipientPatchSchema,
  recipientPutSchema,
  recipientSchema,
} from "@/lib/contract/audience/recipient";
import {
  personDataSchema,
  personMessageSchema,
  personMessagesQuerySchema,
} from "@/lib/contract/dispatches/person";
import { pageOf } from "@/lib/contract/page";
import { defineOperations } from "./operation";

const recipient = { description: "The recipient.", schema: recipientSchema };
const gone = { 204: { description: "It is gone." } };

export const recipientOperations = defineOperations({
  listAttributes: {
    method: "get",
    path: "/api/v1/attributes/",
    tag: "audience",
    right: "read",
    summary: "What a personal text may name",
    description: "Attributes that some recipient has, or had, by name; the first 500.",
    answers: {
      200: { description: "All of them.", schema: z.object({ items: z.array(attributeSchema) }) },
    },
  },
  listRecipients: {
    method: "get",
    path: "/api/v1/recipients/",
    tag: "audience",
    right: "audience:read",
    summary: "List recipients, newest first",
    description:
      "`q` is a part of a phone in any way of writing, or of what an attribute says. Those whose phone ends so (four digits or more) come first, then those whose phone begins so. All others are searched for a second at a time: a page may hold fewer than asked for although more follow, for as long as it has a cursor.",
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
      "What is left out stays as it is, null empties it, and tags and attributes that are given replace those there are. For somebody new without an operator, and with `null`, the range or the prefix of the number decides. It never opts anybody in.",
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
  patchRecipient: {
    method: "patch",
    path: "/api/v1/recipients/{phone}/",
    tag: "audience",
    right: "audience:write",
    summary: "Change a recipient",
    description:
      "Only what is named changes. Tags that are given replace those there are; of the attributes those that are named change, and null takes one away. It never opts anybody in.",
    body: { schema: recipientPatchSchema, example: { attributes: { city: "Kazan" } } },
    answers: { 200: { ...recipient, description: "It was changed." } },
    problems: [403, 404],
  },
  deleteRecipient: {
    method: "delete",
    path: "/api/v1/recipients/{phone}/",
    tag: "audience",
    right: "audience:write",
    summary: "Delete a recipient",
    description:
      "Its opt-out stays, should it come back. `erase=true`, for administrators, erases everything that is known of the number: tags, attributes, replies, rows of imports, what the audit log says. Nothing that is not written yet is written to it. What stays names nobody: one row a message with its outcome and times, and a keyed hash where the number had opted out. 409 while a file is being read that may name it.",
    query: recipientDeleteQuerySchema,
    answers: gone,
    problems: [403, 404, 409],
  },
  listRecipientMessages: {
    method: "get",
    path: "/api/v1/recipients/{phone}/messages/",
    tag: "audience",
    right: "audience:read",
    summary: "What every dispatch was to a recipient, newest first",
    description: "A page may hold fewer than asked for although more follow.",
    query: personMessagesQuerySchema,
    answers: { 200: { description: "A page of messages.", schema: pageOf(personMessageSchema) } },
    problems: [404],
  },
  getRecipientData: {
    method: "get",
    path: "/api/v1/recipients/{phone}/data/",
    tag: "audience",
    right: "audience:export",
    summary: "Everything that is kept of one number",
    description: "To hand to whoever asks what is known of them. It is noted in the audit log.",
    answers: { 200: { description: "All of it.", schema: personDataSchema } },
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
    description: "Of those whom the same filters list, oldest first.",
    query: recipientExportQuerySchema,
    answers: { 200: { description: "One line a recipient.", file: "text/csv", fileName: "recipients" } },
  },
});
