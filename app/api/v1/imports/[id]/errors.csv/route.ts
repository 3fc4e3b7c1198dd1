import { routes } from "@/app/api/routes";
import { importOperations } from "@/lib/contract/operations/imports";
import { handle } from "@/lib/http/operations";
import { presentProblem } from "@/lib/http/present/import";
import { exportImportErrors } from "@/lib/services/audience/import/export-import-rows";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(importOperations.exportImportErrors, async ({ ctx, id, locale }) => ({
    format: "csv" as const,
    body: await exportImportErrors(ctx, id, (problem) => presentProblem(problem, locale)),
  })),
);
