import { routes } from "@/app/api/routes";
import { userOperations } from "@/lib/contract/operations/users";
import { handle } from "@/lib/http/operations";
import { listUsers } from "@/lib/services/access/list-users";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(userOperations.listUsers, ({ ctx, query }) => listUsers(ctx, query)),
);
