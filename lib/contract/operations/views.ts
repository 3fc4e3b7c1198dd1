import {
  dispatchViewCreateSchema,
  dispatchViewListQuerySchema,
  dispatchViewSchema,
  dispatchViewUpdateSchema,
} from "@/lib/contract/dispatches/view";
import { pageOf } from "@/lib/contract/page";
import { defineOperations } from "./operation";

export const viewOperations = defineOperations({
  listViews: {
    method: "get",
    path: "/api/v1/dispatch-views/",
    tag: "dispatches",
    right: "read",
    summary: "List saved views of dispatches, newest first",
    query: dispatchViewListQuerySchema,
    answers: { 200: { description: "A page of saved views.", schema: pageOf(dispatchViewSchema) } },
  },
  createView: {
    method: "post",
    path: "/api/v1/dispatch-views/",
    tag: "dispatches",
    right: "dispatches:write",
    summary: "Save a view of dispatches",
    description: "What the list is narrowed by, under a name; everybody sees it.",
    body: {
      schema: dispatchViewCreateSchema,
      example: { name: "What failed last month", filter: { status: "expired", period: "last_month" } },
    },
    answers: { 201: { description: "The saved view.", schema: dispatchViewSchema } },
    problems: [403, 409],
  },
  updateView: {
    method: "patch",
    path: "/api/v1/dispatch-views/{id}/",
    tag: "dispatches",
    right: "dispatches:write",
    summary: "Rename a saved view",
    body: { schema: dispatchViewUpdateSchema, example: { name: "Ended incomplete last month" } },
    answers: { 200: { description: "The saved view.", schema: dispatchViewSchema } },
    problems: [403, 404, 409],
  },
  deleteView: {
    method: "delete",
    path: "/api/v1/dispatch-views/{id}/",
    tag: "dispatches",
    right: "dispatches:write",
    summary: "Delete a saved view",
    answers: { 204: { description: "It is gone." } },
    problems: [403, 404],
  },
});
