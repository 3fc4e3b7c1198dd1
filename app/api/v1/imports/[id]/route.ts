import { routes } from "@/app/api/routes";
import { importOperations } from "@/lib/contract/operations/imports";
import { handle } from "@/lib/http/operations";
import { getImport } from "@/lib/services/audience/import/get-import";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(importOperations.getImport, ({ ctx, id }) => getImport(ctx, id)),
);
