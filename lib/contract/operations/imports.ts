import { importSchema, importStartQuerySchema } from "@/lib/contract/audience/import";
import { pageOf, pageQuerySchema } from "@/lib/contract/page";
import { defineOperations } from "./operation";

const job = { description: "The import and how far it is.", schema: importSchema };
const location = "/api/v1/imports/{id}/";

export const importOperations = defineOperations({
  importRecipients: {
    method: "post",
    path: "/api/v1/recipients/import/",
    tag: "imports",
    right: "audience:write",
    summary: "Import recipients from a file",
    description:
      "CSV in any usual encoding, or XLSX, up to 1 GiB, with a header of which only `phone` is needed. It goes on after the answer. With `dry_run` the file is read first, and the answer says what applying it would do.",
    query: importStartQuerySchema,
    body: {
      file: "text/csv",
      otherFiles: ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
    },
    answers: {
      200: { description: "What applying it would do.", schema: importSchema, location },
      202: { ...job, location },
    },
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
  discardImport: {
    method: "delete",
    path: "/api/v1/imports/{id}/",
    tag: "imports",
    right: "audience:write",
    summary: "Discard a reviewed import",
    answers: { 204: { description: "It is gone." } },
    problems: [403, 404, 409],
  },
  applyImport: {
    method: "post",
    path: "/api/v1/imports/{id}/apply/",
    tag: "imports",
    right: "audience:write",
    summary: "Apply a reviewed import",
    description: "It goes on after the answer. Repeating it changes nothing.",
    answers: { 202: { ...job, location } },
    problems: [403, 404, 409],
  },
  undoImport: {
    method: "post",
    path: "/api/v1/imports/{id}/undo/",
    tag: "imports",
    right: "audience:write",
    summary: "Undo an import",
    description:
      "For 30 days. Carillon removes the people whom the import created and gives those whom it changed their old values. People who were written to or changed since stay; `kept` counts them. Nobody is opted in who has another reason to be out.",
    answers: { 202: { ...job, location } },
    problems: [403, 404, 409],
  },
  exportImportErrors: {
    method: "get",
    path: "/api/v1/imports/{id}/errors.csv",
    tag: "imports",
    right: "audience:export",
    summary: "The rows that were rejected, with why",
    answers: {
      200: { description: "The file's own columns, and the reason.", file: "text/csv", fileName: "errors" },
    },
    problems: [404],
  },
  exportKept: {
    method: "get",
    path: "/api/v1/imports/{id}/kept.csv",
    tag: "imports",
    right: "audience:export",
    summary: "The people whom undoing left as they are, with why",
    answers: { 200: { description: "Line, phone and reason.", file: "text/csv", fileName: "kept" } },
    problems: [404],
  },
});
