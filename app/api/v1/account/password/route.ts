import { passwordChangeSchema } from "@/lib/contract/account";
import { noContent } from "@/lib/http/answers";
import { changePassword } from "@/lib/services/change-password";
import { requireSessions, routes } from "../../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  PUT: async ({ ctx, json: body }) => {
    requireSessions();
    await changePassword(ctx, await body(passwordChangeSchema));
    return noContent();
  },
});
