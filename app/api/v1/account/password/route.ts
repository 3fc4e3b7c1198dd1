import { requireSessions, routes } from "@/app/api/routes";
import { passwordChangeSchema } from "@/lib/contract/access/account";
import { noContent } from "@/lib/http/answers";
import { changePassword } from "@/lib/services/access/change-password";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  PUT: async ({ ctx, json: body }) => {
    requireSessions();
    await changePassword(ctx, await body(passwordChangeSchema));
    return noContent();
  },
});
