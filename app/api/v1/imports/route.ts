import { routes } from "@/app/api/routes";
import { importOperations } from "@/lib/contract/operations/imports";
import { handle } from "@/lib/http/operations";
import { listImports } from "@/lib/services/audience/import/list-imports";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(importOperations.listImports, ({ ctx, query }) => listImports(ctx, query)),
);
