import { routes } from "@/app/api/routes";
import { accountOperations } from "@/lib/contract/operations/account";
import { handle } from "@/lib/http/operations";
import { changePassword } from "@/lib/services/access/change-password";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(accountOperations.changePassword, ({ ctx, body }) => changePassword(ctx, body)),
);
