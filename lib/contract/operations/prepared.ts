import {
  draftCreateSchema,
  draftSchema,
  draftUpdateSchema,
  preparedListQuerySchema,
  templateCreateSchema,
  templateSchema,
  templateUpdateSchema,
} from "@/lib/contract/dispatches/prepared";
import { pageOf } from "@/lib/contract/page";
import { defineOperations } from "./operation";

const gone = { 204: { description: "It is gone." } };
const draft = { description: "The draft.", schema: draftSchema };
const template = { description: "The template.", schema: templateSchema };
const content = { message_text: "Hello!", filter_tag: null };

export const draftOperations = defineOperations({
  listDrafts: {
    method: "get",
    path: "/api/v1/drafts/",
    tag: "dispatches",
    right: "read",
    summary: "List drafts, newest first",
    query: preparedListQuerySchema,
    answers: { 200: { description: "A page of drafts.", schema: pageOf(draftSchema) } },
  },
  createDraft: {
    method: "post",
    path: "/api/v1/drafts/",
    tag: "dispatches",
    right: "dispatches:write",
    summary: "Save an unfinished dispatch",
    description:
      "`content` is what a form holds, finished or not, up to 16,384 characters of JSON; unknown fields are kept. A dispatch that is made with `draft` takes the draft away. With an `id` of one's own a repeat makes no second draft.",
    body: { schema: draftCreateSchema, example: { name: "Spring sale", content } },
    answers: { 201: { ...draft, location: "/api/v1/drafts/{id}/" } },
    problems: [403, 409],
  },
  getDraft: {
    method: "get",
    path: "/api/v1/drafts/{id}/",
    tag: "dispatches",
    right: "read",
    summary: "Read a draft",
    answers: { 200: draft },
    problems: [404],
  },
  updateDraft: {
    method: "patch",
    path: "/api/v1/drafts/{id}/",
    tag: "dispatches",
    right: "dispatches:write",
    summary: "Save a draft again",
    description: "What is there already can be saved again with any version: a repeat changes nothing.",
    headers: ["If-Match"],
    body: { schema: draftUpdateSchema, example: { content } },
    answers: { 200: draft },
    problems: [403, 404, 412],
  },
  deleteDraft: {
    method: "delete",
    path: "/api/v1/drafts/{id}/",
    tag: "dispatches",
    right: "dispatches:write",
    summary: "Delete a draft",
    headers: ["If-Match"],
    answers: gone,
    problems: [403, 404, 412],
  },
});

export const templateOperations = defineOperations({
  listTemplates: {
    method: "get",
    path: "/api/v1/templates/",
    tag: "dispatches",
    right: "read",
    summary: "List templates, newest first",
    query: preparedListQuerySchema,
    answers: { 200: { description: "A page of templates.", schema: pageOf(templateSchema) } },
  },
  createTemplate: {
    method: "post",
    path: "/api/v1/templates/",
    tag: "dispatches",
    right: "dispatches:write",
    summary: "Make a template",
    description:
      "A text under a name of its own, with a filter and a sender if it has such. Names that differ in capitals alone are the same. What it refers to is looked for when a dispatch is made of it.",
    body: {
      schema: templateCreateSchema,
      example: { name: "Delivery", message_text: "Your order is on its way." },
    },
    answers: { 201: { ...template, location: "/api/v1/templates/{id}/" } },
    problems: [403, 409],
  },
  getTemplate: {
    method: "get",
    path: "/api/v1/templates/{id}/",
    tag: "dispatches",
    right: "read",
    summary: "Read a template",
    answers: { 200: template },
    problems: [404],
  },
  updateTemplate: {
    method: "patch",
    path: "/api/v1/templates/{id}/",
    tag: "dispatches",
    right: "dispatches:write",
    summary: "Change a template",
    headers: ["If-Match"],
    body: { schema: templateUpdateSchema, example: { message_text: "Your order is at the door." } },
    answers: { 200: template },
    problems: [403, 404, 409, 412],
  },
  deleteTemplate: {
    method: "delete",
    path: "/api/v1/templates/{id}/",
    tag: "dispatches",
    right: "dispatches:write",
    summary: "Delete a template",
    headers: ["If-Match"],
    answers: gone,
    problems: [403, 404, 412],
  },
});
