import { routes } from "@/app/api/routes";
import { importOperations } from "@/lib/contract/operations/imports";
import { handle } from "@/lib/http/operations";
import { presentImport } from "@/lib/http/present/import";
import { presentPage } from "@/lib/http/present/page";
import { listImports } from "@/lib/services/audience/import/list-imports";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(importOperations.listImports, async ({ ctx, query, locale }) =>
    presentPage(await listImports(ctx, query), (row) => presentImport(row, locale)),
  ),
);
