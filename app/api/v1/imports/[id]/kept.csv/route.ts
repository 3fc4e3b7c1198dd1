import { routes } from "@/app/api/routes";
import { importOperations } from "@/lib/contract/operations/imports";
import { textOf } from "@/lib/contract/texts";
import { handle } from "@/lib/http/operations";
import { exportKept } from "@/lib/services/audience/import/export-import-rows";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(importOperations.exportKept, async ({ ctx, id, locale }) => ({
    format: "csv" as const,
    body: await exportKept(ctx, id, (code) => textOf(locale, code)),
  })),
);
