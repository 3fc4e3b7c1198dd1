import { routes } from "@/app/api/routes";
import { json } from "@/lib/http/answers";
import { getImport } from "@/lib/services/audience/import/get-import";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, id }) => json(await getImport(ctx, id("import"))),
});
