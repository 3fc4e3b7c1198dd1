import { routes } from "@/app/api/routes";
import { importOperations } from "@/lib/contract/operations/imports";
import { handle } from "@/lib/http/operations";
import { presentImport } from "@/lib/http/present/import";
import { applyImport } from "@/lib/services/audience/import/apply-import";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  // It goes on after the answer: GET /api/v1/imports/{id}/ tells how far it is.
  handle(importOperations.applyImport, async ({ ctx, id, locale }) =>
    presentImport(await applyImport(ctx, id), locale),
  ),
);
