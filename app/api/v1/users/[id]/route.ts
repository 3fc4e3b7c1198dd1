import { routes } from "@/app/api/routes";
import { userOperations } from "@/lib/contract/operations/users";
import { handle } from "@/lib/http/operations";
import { updateUser } from "@/lib/services/access/update-user";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(userOperations.updateUser, ({ ctx, id, body }) => updateUser(ctx, id, body)),
);
