import { userUpdateSchema } from "@/lib/contract/user";
import { json } from "@/lib/http/answers";
import { updateUser } from "@/lib/services/update-user";
import { routes } from "../../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  PATCH: async ({ ctx, id, json: body }) => json(await updateUser(ctx, id("user"), await body(userUpdateSchema))),
});
