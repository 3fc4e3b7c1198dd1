import { routes } from "@/app/api/routes";
import { gatewayOperations } from "@/lib/contract/operations/gateways";
import { handle } from "@/lib/http/operations";
import { presentGateways } from "@/lib/http/present/sending";
import { listGateways } from "@/lib/services/sending/list-gateways";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(gatewayOperations.listGateways, async ({ ctx }) => presentGateways(await listGateways(ctx))),
);
