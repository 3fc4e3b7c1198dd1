import { importSchema, importStartQuerySchema } from "@/lib/contract/audience/import";
import { pageOf, pageQuerySchema } from "@/lib/contract/page";
import { defineOperations } from "./operation";

const job = { description: "The import and how far it is.", schema: importSchema };

export const importOperations = defineOperations({
  importRecipients: {
    method: "post",
    path: "/api/v1/recipients/import/",
    tag: "imports",
    right: "audience:write",
    summary: "Import recipients from a CSV file",
    description: "UTF-8 or UTF-16, up to 1 GiB, with a header of which only `phone` is needed. It goes on after the answer.",
    query: importStartQuerySchema,
    body: { file: "text/csv" },
    answers: { 202: { ...job, location: "/api/v1/imports/{id}/" } },
    problems: [403, 413, 415],
  },
  listImports: {
    method: "get",
    path: "/api/v1/imports/",
    tag: "imports",
    right: "read",
    summary: "List imports, newest first",
    query: pageQuerySchema,
    answers: { 200: { description: "A page of imports.", schema: pageOf(importSchema) } },
  },
  getImport: {
    method: "get",
    path: "/api/v1/imports/{id}/",
    tag: "imports",
    right: "read",
    summary: "Read an import",
    answers: { 200: job },
    problems: [404],
  },
  exportImportErrors: {
    method: "get",
    path: "/api/v1/imports/{id}/errors.csv",
    tag: "imports",
    right: "audience:export",
    summary: "The rows that were rejected, with why",
    answers: { 200: { description: "The file's own columns, and the reason.", file: "text/csv", fileName: "errors" } },
    problems: [404],
  },
});
