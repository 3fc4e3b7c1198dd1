import { routes } from "@/app/api/routes";
import { pageQuerySchema } from "@/lib/contract/page";
import { json } from "@/lib/http/answers";
import { listImports } from "@/lib/services/audience/import/list-imports";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, query }) => json(await listImports(ctx, query(pageQuerySchema))),
});
