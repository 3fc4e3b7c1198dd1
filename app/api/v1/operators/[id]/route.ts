import { routes } from "@/app/api/routes";
import { operatorUpdateSchema } from "@/lib/contract/audience/operator";
import { env, gatewayNames } from "@/lib/env";
import { json, noContent } from "@/lib/http/answers";
import { deleteOperator } from "@/lib/services/audience/delete-operator";
import { getOperator } from "@/lib/services/audience/get-operator";
import { updateOperator } from "@/lib/services/audience/update-operator";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, id }) => json(await getOperator(ctx, id("operator"))),
  PATCH: async ({ ctx, id, json: body }) =>
    json(await updateOperator(ctx, id("operator"), await body(operatorUpdateSchema), gatewayNames(env()))),
  DELETE: async ({ ctx, id }) => {
    await deleteOperator(ctx, id("operator"));
    return noContent();
  },
});
