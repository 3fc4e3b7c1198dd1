import { routes } from "@/app/api/routes";
import { operatorOperations } from "@/lib/contract/operations/operators";
import { env, gatewayNames } from "@/lib/env";
import { handle } from "@/lib/http/operations";
import { asIs, presentPage } from "@/lib/http/present/page";
import { createOperator } from "@/lib/services/audience/create-operator";
import { listOperators } from "@/lib/services/audience/list-operators";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(operatorOperations.listOperators, async ({ ctx, query }) => presentPage(await listOperators(ctx, query), asIs)),
  handle(operatorOperations.createOperator, ({ ctx, body }) => createOperator(ctx, body, gatewayNames(env()))),
);
