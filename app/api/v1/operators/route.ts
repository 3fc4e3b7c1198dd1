import { routes } from "@/app/api/routes";
import { operatorCreateSchema } from "@/lib/contract/audience/operator";
import { pageQuerySchema } from "@/lib/contract/page";
import { env, gatewayNames } from "@/lib/env";
import { json } from "@/lib/http/answers";
import { createOperator } from "@/lib/services/audience/create-operator";
import { listOperators } from "@/lib/services/audience/list-operators";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, query }) => json(await listOperators(ctx, query(pageQuerySchema))),
  POST: async ({ ctx, json: body }) => {
    const operator = await createOperator(ctx, await body(operatorCreateSchema), gatewayNames(env()));
    return json(operator, 201, { location: `/api/v1/operators/${operator.id}/` });
  },
});
