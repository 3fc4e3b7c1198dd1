import { json } from "@/lib/http/answers";
import { getImport } from "@/lib/services/get-import";
import { routes } from "../../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, id }) => json(await getImport(ctx, id("import"))),
});
