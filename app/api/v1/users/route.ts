import { routes } from "@/app/api/routes";
import { userOperations } from "@/lib/contract/operations/users";
import { handle } from "@/lib/http/operations";
import { presentPage } from "@/lib/http/present/page";
import { presentUser } from "@/lib/http/present/user";
import { listUsers } from "@/lib/services/access/list-users";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(userOperations.listUsers, async ({ ctx, query }) =>
    presentPage(await listUsers(ctx, query), presentUser),
  ),
);
