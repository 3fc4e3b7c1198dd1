import { routes } from "@/app/api/routes";
import { gatewayOperations } from "@/lib/contract/operations/gateways";
import { handle } from "@/lib/http/operations";
import { listSandboxMessages } from "@/lib/services/sending/list-sandbox-messages";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(gatewayOperations.listSandboxMessages, ({ ctx, query }) => listSandboxMessages(ctx, query.phone)),
);
