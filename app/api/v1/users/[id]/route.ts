import { routes } from "@/app/api/routes";
import { userUpdateSchema } from "@/lib/contract/access/user";
import { json } from "@/lib/http/answers";
import { updateUser } from "@/lib/services/access/update-user";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  PATCH: async ({ ctx, id, json: body }) => json(await updateUser(ctx, id("user"), await body(userUpdateSchema))),
});
