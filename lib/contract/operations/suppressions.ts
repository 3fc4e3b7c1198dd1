import {
  suppressionCreateSchema,
  suppressionExportQuerySchema,
  suppressionListQuerySchema,
  suppressionSchema,
} from "@/lib/contract/audience/suppression";
import { pageOf } from "@/lib/contract/page";
import { defineOperations } from "./operation";

const suppression = { schema: suppressionSchema };

export const suppressionOperations = defineOperations({
  listSuppressions: {
    method: "get",
    path: "/api/v1/suppressions/",
    tag: "audience",
    right: "audience:read",
    summary: "List who must not be written to, newest first",
    description: "One entry a number and reason, whether or not the number is a recipient's.",
    query: suppressionListQuerySchema,
    answers: { 200: { description: "A page of suppressions.", schema: pageOf(suppressionSchema) } },
  },
  createSuppression: {
    method: "post",
    path: "/api/v1/suppressions/",
    tag: "audience",
    right: "audience:write",
    summary: "Opt a number out, whoever's it is",
    description:
      "For the reason `asked`. It holds for what has not been handed over yet, and for whoever is given the number later.",
    body: { schema: suppressionCreateSchema, example: { phone: "+79100007919" } },
    answers: {
      200: { ...suppression, description: "It was suppressed for this reason already." },
      201: { ...suppression, description: "It is suppressed." },
    },
    problems: [403],
  },
  deleteSuppression: {
    method: "delete",
    path: "/api/v1/suppressions/{phone}/",
    tag: "audience",
    right: "audience:write",
    summary: "Take every opt-out of a number back",
    answers: { 204: { description: "It may be written to again." } },
    problems: [403, 404],
  },
  exportSuppressions: {
    method: "get",
    path: "/api/v1/suppressions/export/",
    tag: "audience",
    right: "audience:export",
    summary: "Suppressions as a CSV file or a workbook",
    query: suppressionExportQuerySchema,
    answers: {
      200: { description: "One line a number and reason.", file: "text/csv", fileName: "suppressions" },
    },
  },
});
