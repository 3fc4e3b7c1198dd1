import { routes } from "@/app/api/routes";
import { importOperations } from "@/lib/contract/operations/imports";
import { handle } from "@/lib/http/operations";
import { startImport } from "@/lib/services/audience/import/start-import";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  // The import goes on after the answer: GET /api/v1/imports/{id}/ tells how far it is.
  handle(importOperations.importRecipients, async ({ ctx, query, body }) => (await startImport(ctx, body, query.file_name ?? null)).job),
);
