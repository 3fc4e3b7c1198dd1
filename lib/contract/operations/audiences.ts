import {
  audienceCreateSchema,
  audienceListQuerySchema,
  audienceUpdateSchema,
  countedAudienceSchema,
  savedAudienceSchema,
} from "@/lib/contract/audience/saved-audience";
import { pageOf } from "@/lib/contract/page";
import { defineOperations } from "./operation";

const example = {
  name: "VIPs who are not in arrears",
  expression: { tags: { all: ["VIP"], none: ["Должники"] } },
};
const one = "/api/v1/audiences/{id}/";
const audience = { description: "The saved audience.", schema: savedAudienceSchema };

export const audienceOperations = defineOperations({
  listAudiences: {
    method: "get",
    path: "/api/v1/audiences/",
    tag: "audience",
    right: "audience:read",
    summary: "List saved audiences, newest first",
    description:
      "With how many can be sent to: an estimate where counting takes long, and null where there was no time left to count.",
    query: audienceListQuerySchema,
    answers: { 200: { description: "A page of saved audiences.", schema: pageOf(countedAudienceSchema) } },
    problems: [403],
  },
  createAudience: {
    method: "post",
    path: "/api/v1/audiences/",
    tag: "audience",
    right: "audience:write",
    summary: "Save an audience",
    description:
      "The expression is what a dispatch takes as `audience`: all clauses hold for whoever belongs. Its id can stand there, too; the dispatch keeps a copy.",
    body: { schema: audienceCreateSchema, example },
    answers: { 201: { ...audience, location: one } },
    problems: [403, 409],
  },
  getAudience: {
    method: "get",
    path: one,
    tag: "audience",
    right: "audience:read",
    summary: "Read a saved audience, and how many it has",
    answers: { 200: { description: "The saved audience.", schema: countedAudienceSchema } },
    problems: [403, 404],
  },
  updateAudience: {
    method: "patch",
    path: one,
    tag: "audience",
    right: "audience:write",
    summary: "Change a saved audience",
    description: "Dispatches that were made by it stay as they are.",
    headers: ["If-Match"],
    body: { schema: audienceUpdateSchema, example: { name: "VIPs in good standing" } },
    answers: { 200: audience },
    problems: [403, 404, 409, 412],
  },
  deleteAudience: {
    method: "delete",
    path: one,
    tag: "audience",
    right: "audience:write",
    summary: "Delete a saved audience",
    description: "Dispatches that were made by it stay as they are.",
    answers: { 204: { description: "It is gone." } },
    problems: [403, 404],
  },
});
