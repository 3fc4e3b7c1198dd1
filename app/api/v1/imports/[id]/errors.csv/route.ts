import { routes } from "@/app/api/routes";
import { importOperations } from "@/lib/contract/operations/imports";
import { textOf } from "@/lib/contract/texts";
import { handle } from "@/lib/http/operations";
import { exportImportErrors } from "@/lib/services/audience/import/export-import-errors";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(importOperations.exportImportErrors, async ({ ctx, id, locale }) => ({
    format: "csv" as const,
    body: await exportImportErrors(ctx, id, (code, params) => textOf(locale, code, params)),
  })),
);
