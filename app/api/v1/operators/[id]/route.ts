import { routes } from "@/app/api/routes";
import { operatorOperations } from "@/lib/contract/operations/operators";
import { env, gatewayNames } from "@/lib/env";
import { handle } from "@/lib/http/operations";
import { presentOperator } from "@/lib/http/present/operator";
import { deleteOperator } from "@/lib/services/audience/delete-operator";
import { getOperator } from "@/lib/services/audience/get-operator";
import { updateOperator } from "@/lib/services/audience/update-operator";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(operatorOperations.getOperator, async ({ ctx, id }) => presentOperator(await getOperator(ctx, id))),
  handle(operatorOperations.updateOperator, async ({ ctx, id, body }) =>
    presentOperator(await updateOperator(ctx, id, body, gatewayNames(env()))),
  ),
  handle(operatorOperations.deleteOperator, ({ ctx, id }) => deleteOperator(ctx, id)),
);
