import { routes } from "@/app/api/routes";
import { userOperations } from "@/lib/contract/operations/users";
import { handle } from "@/lib/http/operations";
import { presentUser } from "@/lib/http/present/user";
import { updateUser } from "@/lib/services/access/update-user";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(userOperations.updateUser, async ({ ctx, id, body }) =>
    presentUser(await updateUser(ctx, id, body)),
  ),
);
