import { tagSchema, tagUpdateSchema, tagWriteSchema } from "@/lib/contract/audience/tag";
import { pageOf, pageQuerySchema } from "@/lib/contract/page";
import { defineOperations } from "./operation";

const tag = { description: "The tag.", schema: tagSchema };
const gone = { 204: { description: "It is gone." } };

export const tagOperations = defineOperations({
  listTags: {
    method: "get",
    path: "/api/v1/tags/",
    tag: "audience",
    right: "read",
    summary: "List tags",
    query: pageQuerySchema,
    answers: { 200: { description: "A page of tags.", schema: pageOf(tagSchema) } },
  },
  createTag: {
    method: "post",
    path: "/api/v1/tags/",
    tag: "audience",
    right: "audience:write",
    summary: "Make a tag",
    body: { schema: tagWriteSchema, example: { name: "Partners" } },
    answers: { 201: { ...tag, location: "/api/v1/tags/{id}/" } },
    problems: [403, 409],
  },
  getTag: {
    method: "get",
    path: "/api/v1/tags/{id}/",
    tag: "audience",
    right: "read",
    summary: "Read a tag",
    answers: { 200: tag },
    problems: [404],
  },
  updateTag: {
    method: "patch",
    path: "/api/v1/tags/{id}/",
    tag: "audience",
    right: "audience:write",
    summary: "Rename a tag",
    body: { schema: tagUpdateSchema, example: { name: "Staff" } },
    answers: { 200: tag },
    problems: [403, 404, 409],
  },
  deleteTag: {
    method: "delete",
    path: "/api/v1/tags/{id}/",
    tag: "audience",
    right: "audience:write",
    summary: "Delete a tag that nothing refers to",
    answers: gone,
    problems: [403, 404, 409],
  },
});
