import { routes } from "@/app/api/routes";
import { pageQuerySchema } from "@/lib/contract/page";
import { json } from "@/lib/http/answers";
import { listUsers } from "@/lib/services/access/list-users";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, query }) => json(await listUsers(ctx, query(pageQuerySchema))),
});
