import { routes } from "@/app/api/routes";
import { operatorOperations } from "@/lib/contract/operations/operators";
import { env, gatewayNames } from "@/lib/env";
import { handle } from "@/lib/http/operations";
import { presentOperator } from "@/lib/http/present/operator";
import { presentPage } from "@/lib/http/present/page";
import { createOperator } from "@/lib/services/audience/create-operator";
import { listOperators } from "@/lib/services/audience/list-operators";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(operatorOperations.listOperators, async ({ ctx, query }) =>
    presentPage(await listOperators(ctx, query), presentOperator),
  ),
  handle(operatorOperations.createOperator, async ({ ctx, body }) =>
    presentOperator(await createOperator(ctx, body, gatewayNames(env()))),
  ),
);
